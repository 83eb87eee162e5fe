"""An authentik as one finds it: its own flows, the documented SMS enrolment, and more than a page of people."""

import copy
import uuid
from typing import Any

Found = dict[str, Any]

FEW, MANY = 8, 120
"""People: enough for the phones, and more than a page of authentik's."""


def pk(name: str) -> str:
    """The same for the same name."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))


def lists(people: int = FEW) -> dict[str, list[Found]]:
    """As version 2026.5 gives them, by their paths."""
    found = copy.deepcopy(_LISTS)
    in_berlin = [pk("group berlin")]
    found["/core/users/"] += [user(number, f"person{number}", groups=in_berlin) for number in range(2, people + 2)]
    return found


def old_lists(people: int = FEW) -> dict[str, list[Found]]:
    """The same in the shapes of 2024: one parent, secrets in clear, phones that do not say whose they are."""
    found = lists(people)
    for group in found["/core/groups/"]:
        group["parent"] = next(iter(group.pop("parents")), None)
    for stage in found["/stages/authenticator/sms/"]:
        stage |= {"auth": "a secret in clear", "auth_password": ""}
    for phone in found["/authenticators/admin/sms/"]:
        del phone["user"]
    for bound in found["/policies/bindings/"]:
        del bound["expires"], bound["expiring"]
    del found["/authenticators/admin/email/"]
    return found


def flow(slug: str, designation: str = "stage_configuration", authentication: str = "require_authenticated") -> Found:
    return {
        "pk": pk(slug),
        "policybindingmodel_ptr_id": pk(f"{slug} as a target"),
        "name": slug,
        "slug": slug,
        "title": f"Welcome to {slug}",
        "designation": designation,
        "background": "/static/dist/assets/images/flow_background.jpg",
        "background_url": "/static/dist/assets/images/flow_background.jpg",
        "stages": [],
        "policies": [],
        "cache_count": 0,
        "policy_engine_mode": "any",
        "compatibility_mode": False,
        "export_url": f"/api/v3/flows/instances/{slug}/export/",
        "layout": "stacked",
        "denied_action": "message_continue",
        "authentication": authentication,
    }


def step(flow_slug: str, stage: str, order: int) -> Found:
    return {
        "pk": pk(f"{flow_slug} {stage} {order}"),
        "policybindingmodel_ptr_id": pk(f"{flow_slug} {stage} {order} as a target"),
        "target": pk(flow_slug),
        "stage": pk(stage),
        "stage_obj": {"pk": pk(stage), "name": stage},
        "evaluate_on_plan": False,
        "re_evaluate_policies": True,
        "order": order,
        "policy_engine_mode": "any",
        "invalid_response_action": "retry",
    }


def condition(target: str, order: int = 0, **who: Any) -> Found:
    return {
        "pk": pk(f"condition {target} {order} {sorted(who)}"),
        "policy": None,
        "group": None,
        "user": None,
        "policy_obj": None,
        "group_obj": None,
        "user_obj": None,
        "target": target,
        "negate": False,
        "enabled": True,
        "order": order,
        "timeout": 30,
        "failure_result": False,
        "expires": None,
        "expiring": False,
        **who,
    }


def stage(name: str, model: str, **fields: Any) -> Found:
    return {
        "pk": pk(name),
        "name": name,
        "component": "ak-stage-form",
        "verbose_name": model.rpartition(".")[2].capitalize(),
        "verbose_name_plural": "Stages",
        "meta_model_name": model,
        "flow_set": [],
        **fields,
    }


def policy(name: str, expression: str) -> Found:
    model = "authentik_policies_expression.expressionpolicy"
    return {**stage(name, model, expression=expression, execution_logging=False), "bound_to": 1}


def user(number: int, username: str, **fields: Any) -> Found:
    return {
        "pk": number,
        "username": username,
        "name": username.title(),
        "is_active": True,
        "last_login": None,
        "date_joined": "2025-01-01T00:00:00Z",
        "is_superuser": False,
        "groups": [],
        "groups_obj": None,
        "roles": [],
        "email": f"{username}@example.org",
        "avatar": "data:",
        "attributes": {},
        "uid": f"{number:064d}",
        "path": "users",
        "type": "internal",
        "uuid": pk(f"user {username}"),
        **fields,
    }


def group(name: str, *parents: str, **fields: Any) -> Found:
    above = [pk(f"group {parent}") for parent in parents]
    common = {"num_pk": 1, "is_superuser": False, "attributes": {}, "users": [], "roles": []}
    return {"pk": pk(f"group {name}"), "name": name, "parents": above, **common, **fields}


def phone(number: int, owner: int, phone_number: str, name: str = "SMS Device") -> Found:
    return {"pk": number, "name": name, "phone_number": phone_number, "user": {"pk": owner, "username": str(owner)}}


def listed(phone_pk: int, owner: int, *, confirmed: bool = True) -> Found:
    device_type = "authentik_stages_authenticator_sms.SMSDevice"
    return {"owner": owner, "pk": str(phone_pk), "name": "SMS Device", "type": device_type, "confirmed": confirmed}


VALID_NUMBER = """\
phone = request.context["prompt_data"]["phone"].strip()
if not regex_match(phone, r"^\\+49"):
    ak_message("Only German numbers.")
    return False
return True
"""
ORM = "from authentik.core.models import User\nreturn not User.objects.filter(username='akadmin').exists()"
_SMS = "authentik_stages_authenticator_sms.authenticatorsmsstage"
_CONSENT = "authentik_stages_consent.consentstage"
_PROMPT_STAGE = "authentik_stages_prompt.promptstage"

_PROMPT = {
    "pk": pk("prompt phone"),
    "name": "phone",
    "field_key": "phone",
    "label": "Phone",
    "type": "text",
    "required": True,
    "placeholder": "",
    "initial_value": "",
    "order": 0,
    "promptstage_set": [],
    "sub_text": "",
    "placeholder_expression": False,
    "initial_value_expression": False,
}
_STAGES: dict[str, list[Found]] = {
    "/stages/authenticator/sms/": [
        stage(
            "sms",
            _SMS,
            configure_flow=pk("sms-enrol"),
            friendly_name="Phone",
            provider="twilio",
            from_number="+15005550006",
            account_sid="AC" + "0" * 32,
            auth_type="basic",
            verify_only=False,
            mapping=pk("sms text"),
        )
    ],
    "/stages/prompt/stages/": [
        stage("ask-phone", _PROMPT_STAGE, fields=[pk("prompt phone")], validation_policies=[pk("german numbers")])
    ],
    "/stages/identification/": [
        stage(
            "default-authentication-identification",
            "authentik_stages_identification.identificationstage",
            user_fields=["username", "email"],
            password_stage=pk("default-authentication-password"),
            captcha_stage=None,
            case_insensitive_matching=True,
            show_matched_user=True,
            enrollment_flow=None,
            recovery_flow=pk("no such flow"),
            passwordless_flow=None,
            sources=[],
            show_source_labels=False,
            pretend_user_exists=True,
            enable_remember_me=False,
        )
    ],
    "/stages/password/": [
        stage(
            "default-authentication-password",
            "authentik_stages_password.passwordstage",
            backends=["authentik.core.auth.InbuiltBackend"],
            configure_flow=None,
            failed_attempts_before_cancel=5,
            allow_show_password=False,
        )
    ],
    "/stages/authenticator/validate/": [
        stage(
            "mfa",
            "authentik_stages_authenticator_validate.authenticatorvalidatestage",
            not_configured_action="deny",
            device_classes=["sms", "totp", "webauthn"],
            configuration_stages=[],
            last_auth_threshold="seconds=0",
            webauthn_user_verification="preferred",
        )
    ],
    "/stages/user_login/": [
        stage("default-authentication-login", "authentik_stages_user_login.userloginstage", session_duration="hours=8")
    ],
    "/stages/deny/": [stage("go away", "authentik_stages_deny.denystage", deny_message="No.")],
}
_CONSENTING = stage("default-provider-authorization-consent", _CONSENT, verbose_name="Consent Stage")
_REPUTATION_MODEL = "authentik_policies_reputation.reputationpolicy"
_REPUTATION = stage("bad reputation", _REPUTATION_MODEL, verbose_name="Reputation Policy")
_EXPRESSIONS = [policy("german numbers", VALID_NUMBER), policy("first start only", ORM)]

_LISTS: dict[str, list[Found]] = {
    **_STAGES,
    "/stages/all/": [*(one for listed_ in _STAGES.values() for one in listed_), _CONSENTING],
    "/propertymappings/notification/": [
        {"pk": pk("sms text"), "name": "sms text", "expression": 'return {"message": f"Your code: {token}"}'}
    ],
    "/policies/expression/": _EXPRESSIONS,
    "/policies/all/": [*_EXPRESSIONS, _REPUTATION],
    "/stages/prompt/prompts/": [_PROMPT],
    "/flows/instances/": [
        flow("sms-enrol"),
        flow("mfa-login", "authentication", "none"),
        flow("default-authentication-flow", "authentication", "none"),
        flow("consent", "authorization"),
        flow("initial-setup", "stage_configuration", "none"),
        flow("staff-only"),
        flow("with-reputation", "authentication", "none"),
    ],
    "/flows/bindings/": [
        step("sms-enrol", "ask-phone", 0),
        step("sms-enrol", "sms", 10),
        step("mfa-login", "default-authentication-identification", 0),
        step("mfa-login", "mfa", 10),
        step("mfa-login", "default-authentication-login", 20),
        step("default-authentication-flow", "default-authentication-identification", 0),
        step("default-authentication-flow", "default-authentication-login", 20),
        step("consent", "default-provider-authorization-consent", 0),
        step("initial-setup", "default-authentication-login", 0),
        step("staff-only", "sms", 0),
        step("with-reputation", "go away", 0),
    ],
    "/policies/bindings/": [
        condition(pk("initial-setup"), policy=pk("first start only")),
        condition(pk("staff-only"), group=pk("group staff")),
        condition(pk("staff-only"), 1, user=7),
        condition(pk("with-reputation go away 0"), policy=pk("bad reputation")),
        condition(pk("an application"), policy=pk("german numbers")),
    ],
    "/core/groups/": [
        group("berlin", "staff"),
        group("authentik Admins", is_superuser=True, users=[1]),
        group("staff"),
    ],
    "/core/users/": [
        user(1, "akadmin", is_superuser=True, groups=[pk("group authentik Admins")]),
        user(500, "ak-outpost-1", type="internal_service_account"),
        user(501, "robot", type="service_account"),
    ],
    "/authenticators/admin/sms/": [
        phone(1, 2, "+4915123456713"),
        phone(2, 3, "+44 7400 123456", "Mobile"),
        phone(3, 4, "hash:" + "a" * 64),
        phone(4, 5, "0151 not a number"),
        phone(5, 6, "+33612345678"),
        phone(6, 7, "+49 151 23456713"),
    ],
    "/authenticators/admin/all/": [
        *(listed(number, number + 1) for number in (1, 2, 3, 4, 6)),
        listed(5, 6, confirmed=False),
        {**listed(1, 3), "type": "authentik_stages_authenticator_totp.TOTPDevice"},
    ],
    "/authenticators/admin/totp/": [{"pk": 1, "name": "TOTP"}],
    "/authenticators/admin/static/": [],
    "/authenticators/admin/webauthn/": [{"pk": number, "name": "Key"} for number in (1, 2)],
    "/authenticators/admin/email/": [],
}
