"""How an administrator thinks of the fields of a form: in groups, each about one thing."""

from typing import NamedTuple

from watchword.model.base import ConfigObject
from watchword.model.fields import FieldInfo, fields_of
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import PolicyBinding
from watchword.model.prompt import Prompt
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.authenticator_validate.stage import AuthenticatorValidateStage
from watchword.stages.identification import IdentificationStage
from watchword.stages.user_login import UserLoginStage
from watchword.stages.user_write import UserWriteStage

COMPATIBILITY = "Kept for authentik's clients."
"""What such a field says of itself; it does nothing, and forms leave it out."""


class Group(NamedTuple):
    """Some fields under a heading; the first group of a form may have none. `manual` is where more is said of them."""

    title: str
    fields: tuple[str, ...]
    help: str = ""
    manual: str = ""


GROUPS: dict[type[ConfigObject], tuple[Group, ...]] = {
    Flow: (
        Group("", ("name", "title", "slug", "designation"), manual="console#a-flow-that-adds-a-phone-by-hand"),
        Group("Who may run it", ("authentication", "policy_engine_mode", "denied_action")),
        Group("How it looks", ("layout", "background")),
    ),
    FlowStageBinding: (
        Group("", ("target", "stage", "order")),
        Group(
            "When its policies are asked",
            ("evaluate_on_plan", "re_evaluate_policies", "policy_engine_mode"),
            manual="expressions#policies",
        ),
        Group("When an answer is wrong", ("invalid_response_action",)),
    ),
    PolicyBinding: (
        Group("", ("target", "order", "enabled")),
        Group("What is asked", ("policy", "group", "user"), "One of these three.", manual="expressions#policies"),
        Group("What counts", ("negate", "timeout", "failure_result")),
    ),
    Prompt: (
        Group("", ("name", "field_key", "type", "required", "order")),
        Group("What the visitor reads", ("label", "sub_text", "placeholder", "initial_value")),
        Group("Worked out", ("placeholder_expression", "initial_value_expression"), manual="expressions#prompts"),
    ),
    AuthenticatorSMSStage: (
        Group("", ("name", "friendly_name", "configure_flow")),
        Group("Gateway", ("provider", "account_sid", "from_number", "gateway_url")),
        Group("Credentials", ("auth_type", "api_key_sid", "auth", "auth_password")),
        Group("Message", ("message", "mapping", "code_length", "code_life"), manual="expressions#webhook-mappings"),
        Group("What is stored", ("verify_only", "max_devices"), manual="verify-only"),
        Group("Which numbers", ("mobile_only", "default_region"), manual="limiting-numbers"),
        Group("Limits", ("tries_per_code", "sends_per_day"), manual="security#what-protects-the-bill"),
        Group(
            "Cost",
            ("segment_price", "currency"),
            "With these two, the first page says what codes cost.",
            "console#the-first-page",
        ),
    ),
    AuthenticatorValidateStage: (
        Group("", ("name", "device_classes", "last_auth_threshold"), manual="second-factor"),
        Group(
            "Without an authenticator",
            ("not_configured_action", "configuration_stages"),
            manual="second-factor#set-one-up",
        ),
    ),
    IdentificationStage: (
        Group("", ("name", "user_fields", "password_stage", "case_insensitive_matching")),
        Group(
            "What strangers learn",
            ("pretend_user_exists", "show_matched_user"),
            manual="security#what-protects-accounts-and-pages",
        ),
        Group(
            "Where else to go",
            ("enrollment_flow", "recovery_flow", "passwordless_flow"),
            manual="second-factor#let-people-recover-a-forgotten-password",
        ),
    ),
    UserLoginStage: (Group("", ("name", "session_duration", "remember_me_offset", "terminate_other_sessions")),),
    UserWriteStage: (
        Group("", ("name", "user_creation_mode")),
        Group(
            "New users",
            ("create_users_as_inactive", "create_users_group", "user_type", "user_path_template"),
            manual="second-factor#let-people-join-with-their-phone",
        ),
    ),
}


def groups_of(cls: type[ConfigObject]) -> tuple[Group, ...]:
    """All fields that do something, each in one group; the first one's `manual` says something of the kind at least."""
    infos = {info.name: info for info in fields_of(cls) if does_something(info)}
    declared = GROUPS.get(cls, ())
    placed = {name for group in declared for name in group.fields}
    rest = tuple(name for name in infos if name not in placed)
    first, *others = declared or (Group("", rest),)
    if declared and rest:
        others.append(Group("More", rest))
    return (first._replace(manual=first.manual or reference_of(cls)), *others)


def reference_of(cls: type[ConfigObject]) -> str:
    """Where the manual lists every field of a kind."""
    return f"reference#{cls.model.replace('.', '')}"


def does_something(info: FieldInfo) -> bool:
    return info.help != COMPATIBILITY


class Meaning(NamedTuple):
    """What a field is called, and says, where a gateway is chosen."""

    title: str
    help: str


GATEWAYS: dict[str, dict[str, Meaning]] = {
    "account_sid": {
        "twilio": Meaning("Account SID", "On the first page of Twilio's console: AC and 32 letters and digits."),
        "generic": Meaning("External API URL", "Where each message is posted to, as https://gateway.example.org/send."),
    },
    "from_number": {
        "twilio": Meaning("From", "A Twilio number as +15017122661, or a Messaging Service SID (MG...)."),
        "generic": Meaning("From", "Sent along as From: a number or a name, as your gateway wants it."),
    },
    "gateway_url": {
        "twilio": Meaning("Twilio's address", "Only where it is not the usual one: a region of Twilio's, or a test."),
    },
    "auth_type": {
        "generic": Meaning("Kind of authentication", "What your gateway asks for."),
    },
    "api_key_sid": {
        "twilio": Meaning("API key SID", "Only with an API key: SK and 32 letters and digits. Its secret comes next."),
    },
    "auth": {
        "twilio": Meaning("Auth Token", "Beside the Account SID; or the secret of the API key."),
        "generic": Meaning("Token or user name", "The bearer token, or the user name for HTTP Basic."),
    },
    "auth_password": {
        "generic": Meaning("Password", "For HTTP Basic."),
    },
    "mapping": {
        "twilio": Meaning("Webhook mapping", "Makes the text of the message. Without one, the message above is sent."),
        "generic": Meaning("Webhook mapping", "Makes the JSON that is posted. Without one: From, To, Body, Message."),
    },
}
"""Fields of the SMS stage that not every gateway has; those left out here are for all."""
