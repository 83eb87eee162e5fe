"""Challenges as the executor hands them out, and pages to show them on."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from msgspec import structs

from tests.unit.web.pages.console_samples import console_pages
from tests.unit.web.pages.manual_samples import manual_pages
from tests.unit.web.pages.people_samples import people_pages
from watchword.gateways.demo.gateway import DemoMessage
from watchword.storage.events import EventRow
from watchword.storage.users import User
from watchword.web.pages.api_rows import Field, OperationRow, Section
from watchword.web.pages.render import (
    AddLink,
    DeviceRow,
    Page,
    SessionRow,
    render_api,
    render_challenge,
    render_deed,
    render_device,
    render_devices,
    render_error,
    render_first_start,
    render_handset,
    render_removal,
    render_sessions,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
Challenge = dict[str, Any]


def message(text: str = "Your code is 042917.\n\n@id.example.org #042917", **values: Any) -> DemoMessage:
    given = {"to": "+4915123456713", "sender": "Watchword", "code": "042917", "time": NOON}
    return DemoMessage(text=text, **{**given, **values})


def page(**values: Any) -> Page:
    given = {
        "host": "id.example.org",
        "csrf": "csrf-token",
        "step": "step-7",
        "action": "/if/flow/enrol/?next=/home",
        "cancel_url": "/flows/-/cancel/",
        "default_region": "DE",
    }
    return Page(**{**given, **values})


def errors(**found: str | list[str]) -> dict[str, list[dict[str, str]]]:
    return {
        field: [{"string": text, "code": "invalid"} for text in ([texts] if isinstance(texts, str) else texts)]
        for field, texts in found.items()
    }


def challenge(component: str, **values: Any) -> Challenge:
    info = {"title": "Add your phone", "background": "", "cancel_url": "/flows/-/cancel/", "layout": "stacked"}
    return {"component": component, "flow_info": info, **values}


def identification(**values: Any) -> Challenge:
    given = {
        "user_fields": ["username", "email"],
        "password_fields": False,
        "allow_show_password": False,
        "flow_designation": "authentication",
        "primary_action": "Log in",
        "enroll_url": None,
        "recovery_url": None,
    }
    return challenge("ak-stage-identification", **{**given, **values})


def password(**values: Any) -> Challenge:
    given = {"pending_user": "olivia", "pending_user_avatar": "/static/avatar.svg", "allow_show_password": True}
    return challenge("ak-stage-password", **{**given, **values})


def field(kind: str, key: str = "key", **values: Any) -> Challenge:
    given = {
        "field_key": key,
        "label": f"Label of {key}",
        "type": kind,
        "required": True,
        "placeholder": "",
        "initial_value": "",
        "order": 0,
        "sub_text": "",
        "choices": None,
    }
    return {**given, **values}


def prompt(*fields: Challenge, **values: Any) -> Challenge:
    return challenge("ak-stage-prompt", fields=list(fields), **values)


def number_step(**values: Any) -> Challenge:
    given = {
        "pending_user": "olivia",
        "phone_number_required": True,
        "phone_number": "",
        "region": "",
        "number_fixed": False,
        "can_change_number": True,
        "masked_number": "",
        "code_length": 6,
        "code_expires_in": 0,
        "resend_after": 0,
        "attempts_left": 0,
        "notice": "",
    }
    return challenge("ak-stage-authenticator-sms", **{**given, **values})


def code_step(**values: Any) -> Challenge:
    given = {
        "phone_number_required": False,
        "masked_number": "+49 ••• ••13",
        "code_expires_in": 299,
        "resend_after": 28,
        "attempts_left": 5,
    }
    return number_step(**{**given, **values})


def device(device_class: str = "sms", uid: str = "1", **hint: str) -> Challenge:
    return {"device_class": device_class, "device_uid": uid, "challenge": hint, "last_used": None, "name": "Device"}


def validation(*devices: Challenge, **values: Any) -> Challenge:
    given = {
        "pending_user": "olivia",
        "device_challenges": list(devices),
        "configuration_stages": [],
        "selected_class": "",
        "selected_device": "",
        "masked_number": "",
        "code_sent": False,
        "code_length": 6,
        "code_expires_in": 0,
        "resend_after": 0,
        "attempts_left": 0,
        "notice": "",
    }
    return challenge("ak-stage-authenticator-validate", **{**given, **values})


def chosen(device_class: str, *others: Challenge, **values: Any) -> Challenge:
    """The validation stage once a device of this class was chosen."""
    given: Challenge = {"selected_class": device_class, "selected_device": "1"}
    if device_class == "sms":
        given |= {"masked_number": "+49 ••• ••13", "code_sent": True, "code_expires_in": 299, "attempts_left": 5}
    return validation(device(device_class), *others, **{**given, **values})


def totp_setup(**values: Any) -> Challenge:
    given = {
        "pending_user": "olivia",
        "config_url": "otpauth://totp/id.example.org:olivia?secret=JBSWY3DPEHPK3PXP&issuer=id.example.org",
        "secret": "JBSWY3DPEHPK3PXP",
        "code_length": 6,
    }
    return challenge("ak-stage-authenticator-totp", **{**given, **values})


def recovery_codes(*codes: str, **values: Any) -> Challenge:
    given = codes or ("abcd-efgh-jkmn", "pqrs-tuvw-xyz2")
    return challenge("ak-stage-authenticator-static", pending_user="olivia", codes=list(given), **values)


CHOICES = [{"value": "a", "label": "Apple"}, {"value": "b", "label": "Banana"}]
KINDS = (
    "text",
    "text_area",
    "text_read_only",
    "text_area_read_only",
    "username",
    "email",
    "password",
    "number",
    "checkbox",
    "radio-button-group",
    "dropdown",
    "date",
    "date-time",
    "separator",
    "hidden",
    "static",
    "ak-locale",
    "alert_info",
    "alert_warning",
    "alert_danger",
)


def every_field(**values: Any) -> list[Challenge]:
    return [
        field(
            kind,
            f"k-{kind}",
            **{**({"choices": CHOICES} if kind in {"radio-button-group", "dropdown"} else {}), **values},
        )
        for kind in KINDS
    ]


def every_challenge(text: str = "Something", wrong: str | None = None) -> dict[str, Challenge]:
    """One of each kind of step, with `text` wherever a visitor, an administrator or a gateway can put words."""
    found = {} if wrong is None else {"response_errors": errors(non_field_errors=wrong, anything=wrong)}
    info = {"flow_info": {"title": text, "background": "", "cancel_url": "/", "layout": "stacked"}} | found
    choices = [{"value": text, "label": text}]
    fields = every_field(label=text, placeholder=text, initial_value=text, sub_text=text, field_key=text)
    for one in fields:
        one["choices"] = choices if one["choices"] else None
    return {
        "identification": identification(pending_user_identifier=text, primary_action=text, **info),
        "identification with password": identification(
            password_fields=True, allow_show_password=True, recovery_url="/r", enroll_url="/e", **info
        ),
        "password": password(pending_user=text, recovery_url="/r", **info),
        "prompt": prompt(*fields, **info),
        "one prompt": prompt(field("text", label=text, initial_value=text), **info),
        "number": number_step(phone_number=text, region=text, **info),
        "fixed number": number_step(phone_number=text, number_fixed=True, **info),
        "code": code_step(masked_number=text, notice=text, attempts_left=3, **info),
        "dead code": code_step(code_expires_in=0, attempts_left=0, resend_after=0, **info),
        "second factor": validation(device(masked_number=text), device("totp"), pending_user=text, **info),
        "set-up": validation(configuration_stages=[{"pk": text, "name": text}], pending_user=text, **info),
        "second factor by message": chosen("sms", device("totp"), masked_number=text, pending_user=text, **info),
        "second factor not sent": chosen("sms", code_sent=False, masked_number=text, pending_user=text, **info),
        "second factor by app": chosen("totp", pending_user=text, **info),
        "second factor by recovery code": chosen("static", pending_user=text, **info),
        "an app": totp_setup(secret=text[:50], **info),
        "recovery codes": recovery_codes(text, text, **info),
        "remember": challenge("ak-stage-user-login", pending_user=text, **info),
        "denied": challenge("ak-stage-access-denied", pending_user=text, error_message=text, **info),
        "to prove first": challenge("ak-stage-access-denied", error_message=text, reauthenticate_url="/a/", **info),
        "error": {"component": "ak-stage-flow-error", "request_id": text, "error": text},
    }


def person(text: str) -> User:
    return User(id=1, uuid="u", username=text, name=text, email=text, date_joined=NOON)


def event(text: str) -> EventRow:
    return EventRow(
        id=1, uuid="e", created=NOON, action="device_disabled", message=text, client_ip=text, context={"by": text}
    )


def section(text: str) -> Section:
    """Of one operation that changes something, and one that has nothing to send."""
    fields = [Field(name=text, type=text, required=True, help=text), Field(name="name", type="text")]
    operation = OperationRow(
        id="stages_deny_create",
        method="POST",
        path="/api/v3/stages/deny/",
        summary=text,
        access=text,
        parameters=fields,
        body="application/json",
        fields=fields,
        answers=[("201", text), ("400", text)],
        example=text,
    )
    bare = structs.replace(operation, id="stages_deny_list", method="GET", parameters=[], body="", fields=[])
    return Section(name=text, about=text, operations=[operation, bare])


@cache
def every_page(text: str = "Something", wrong: str | None = None) -> dict[str, str]:
    """Every page there is, as HTML."""
    on = page(user=text, notices=(text, text))
    device = DeviceRow(name=text, masked=text, hashed=False, added=NOON)
    hashed = DeviceRow(name=text, masked="", hashed=True, added=NOON, last_used=NOON, url="/if/user/devices/sms/2/")
    app = DeviceRow(device_class="totp", name=text, masked="", hashed=False, locked=True, added=NOON)
    guessed = structs.replace(app, failures=100)
    session = SessionRow(id="1", browser=text, address=text, since=NOON, last_seen=NOON, is_this=True)
    other = SessionRow(id="2", browser=text, address=text, since=NOON, last_seen=NOON, is_this=False)
    pages = {name: render_challenge(one, on) for name, one in every_challenge(text, wrong).items()}
    return (
        pages
        | console_pages(on, text, wrong, event(text))
        | manual_pages(on, text)
        | people_pages(on, text, wrong, person(text), (device, app, guessed, hashed), event(text))
        | {
            "devices": render_devices(
                on, [device, hashed, app], [AddLink(device_class="totp", label=text, url="/flows/-/configure/1/")]
            ),
            "device": render_device(on, device, wrong or ""),
            "removal": render_removal(on, app, False),
            "removal of the last": render_removal(on, hashed, True, wrong or ""),
            "first start": render_first_start(on, text, {"username": [wrong], "again": [wrong]} if wrong else {}),
            "nobody administers": render_challenge(identification(), structs.replace(on, standing=text)),
            "sessions": render_sessions(on, [session, other], [event(text)]),
            "no devices": render_devices(page(), [], []),
            "devices of an administrator": render_devices(on, [device], [], administrator=True),
            "device that can be restored": render_device(
                on, structs.replace(app, url="/a/", restorable=True, failures=100)
            ),
            "device whose number changes": render_device(
                on, structs.replace(device, change_url="/flows/-/configure/1/")
            ),
            "a deed": render_deed(on, person(text), device, "remove", "This cannot be undone.", text),
            "a deed that costs nothing": render_deed(on, person(text), guessed, "restore", "Its codes count again."),
            "not found": render_error(on, text, text, text, 404),
            "failed": render_error(on, text, text, "", 500),
            "handset": render_handset(on, [message(text, to=text, sender=text, code=text)]),
            "empty handset": render_handset(on, []),
            "API": render_api(on, [section(text)]),
            "section of the API": render_api(on, [section(text)], section(text)),
        }
    )
