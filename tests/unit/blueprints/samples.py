"""One entry of every model, with no more than it needs; each can be changed before it is written."""

import copy
import re
from typing import Any

import yaml

Document = dict[str, Any]

SMS = "authentik_stages_authenticator_sms.authenticatorsmsstage"

ENTRIES: list[Document] = [
    {"model": "authentik_core.group", "identifiers": {"name": "people"}, "attrs": {}},
    {"model": "authentik_core.user", "identifiers": {"username": "mia"}, "attrs": {}},
    {
        "model": "authentik_core.token",
        "identifiers": {"identifier": "robot"},
        "attrs": {"user": "!KeyOf user", "key": "key"},
    },
    {
        "model": "authentik_flows.flow",
        "identifiers": {"slug": "sign-in"},
        "attrs": {"name": "Sign in", "title": "Sign in", "designation": "authentication"},
    },
    {
        "model": "authentik_policies_expression.expressionpolicy",
        "identifiers": {"name": "policy"},
        "attrs": {"expression": "return True"},
    },
    {
        "model": "authentik_events.notificationwebhookmapping",
        "identifiers": {"name": "mapping"},
        "attrs": {"expression": "return {}"},
    },
    {
        "model": "authentik_stages_prompt.prompt",
        "identifiers": {"name": "phone"},
        "attrs": {"field_key": "phone", "label": "Phone", "type": "text"},
    },
    {
        "model": "authentik_stages_prompt.promptstage",
        "identifiers": {"name": "ask"},
        "attrs": {"fields": ["!KeyOf prompt"], "validation_policies": ["!KeyOf expressionpolicy"]},
    },
    {"model": SMS, "identifiers": {"name": "sms"}, "attrs": {"provider": "demo", "configure_flow": "!KeyOf flow"}},
    {
        "model": "authentik_stages_authenticator_validate.authenticatorvalidatestage",
        "identifiers": {"name": "second factor"},
        "attrs": {},
    },
    {
        "model": "authentik_stages_authenticator_totp.authenticatortotpstage",
        "identifiers": {"name": "app"},
        "attrs": {},
    },
    {
        "model": "authentik_stages_authenticator_static.authenticatorstaticstage",
        "identifiers": {"name": "recovery codes"},
        "attrs": {},
    },
    {"model": "authentik_stages_user_write.userwritestage", "identifiers": {"name": "write"}, "attrs": {}},
    {"model": "authentik_stages_user_delete.userdeletestage", "identifiers": {"name": "delete"}, "attrs": {}},
    {"model": "authentik_stages_user_logout.userlogoutstage", "identifiers": {"name": "logout"}, "attrs": {}},
    {"model": "authentik_stages_deny.denystage", "identifiers": {"name": "deny"}, "attrs": {}},
    {
        "model": "authentik_stages_identification.identificationstage",
        "identifiers": {"name": "who"},
        "attrs": {"user_fields": ["username"]},
    },
    {"model": "authentik_stages_password.passwordstage", "identifiers": {"name": "password"}, "attrs": {}},
    {"model": "authentik_stages_user_login.userloginstage", "identifiers": {"name": "login"}, "attrs": {}},
    {
        "model": "authentik_flows.flowstagebinding",
        "identifiers": {"target": "!KeyOf flow", "stage": "!KeyOf denystage", "order": 10},
        "attrs": {},
    },
    {
        "model": "authentik_policies.policybinding",
        "identifiers": {"target": "!KeyOf flow", "policy": "!KeyOf expressionpolicy", "order": 0},
        "attrs": {},
    },
]
"""Each has the last part of its model as its id."""


def entries() -> dict[str, Document]:
    """By model, to be changed freely."""
    return {entry["model"]: {"id": entry["model"].split(".")[1], **entry} for entry in copy.deepcopy(ENTRIES)}


def write(documents: list[Document]) -> str:
    """As YAML; a text that begins with one of these tags becomes it."""
    text = yaml.safe_dump({"version": 1, "entries": documents}, allow_unicode=True, sort_keys=False, width=1000)
    return re.sub(r"'(!(?:KeyOf|Env|Context|File|Find|Format) [^']*)'", r"\1", text)
