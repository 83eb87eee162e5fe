"""The audit trail's vocabulary: what may be said to have happened, and what each word means."""

import re
from typing import Any

import msgspec

from watchword.scrub import mask_numbers, scrub

ACTIONS: dict[str, str] = {
    "login": "Somebody signed in.",
    "login_failed": "Somebody gave a wrong user name, password or code.",
    "logout": "Somebody signed out.",
    "device_enrolled": "A phone number was confirmed as a device.",
    "device_removed": "A device was removed, by its owner or an administrator.",
    "device_renamed": "A device was given another name by its owner.",
    "device_disabled": "A device was disabled, after too many wrong codes in a row or by an administrator.",
    "device_restored": "A disabled device was restored, by an administrator or another factor.",
    "number_refused": "A phone number was refused before anything was sent.",
    "sms_sent": "A gateway took a message.",
    "sms_send_failed": "A message could not be sent; the gateway's answer is in the context.",
    "gateway_resting": "A gateway failed several times in a row, and gets nothing for a while; the event says why.",
    "gateway_well": "A gateway that rested took a message, and gets all of them again.",
    "gateway_full": "More messages waited for a gateway than may wait: some were given up. Told once a minute at most.",
    "code_throttled": "Codes were asked for, or tried, too often.",
    "password_throttled": "Passwords were tried too often.",
    "policy_execution": "A policy with execution logging was evaluated.",
    "policy_exception": "A policy failed, took too long or gave no yes or no.",
    "property_mapping_exception": "A webhook mapping or a prompt's expression failed.",
    "model_created": "An object of the configuration was created.",
    "model_updated": "An object of the configuration was changed; the event names the fields, the history the values.",
    "model_deleted": "An object of the configuration was deleted, by itself or with what it referred to.",
    "blueprint_failed": "A file of the watched directory could not be applied; the event names the line and the cause.",
    "configuration_error": "A flow cannot be run as it is configured.",
    "user_deleted": "A user was deleted, with devices, tokens and sessions.",
    "user_erased": "A person was erased from everything that is kept; the event says by whom, and not who it was.",
    "administrator_created": "An administrator was made: by the link printed at start, the settings or a command.",
    "user_write": "A user was created or changed.",
    "password_set": "A password was set.",
    "secret_view": "Somebody looked at a token's key.",
    "data_exported": "A list was taken away as a file, by a superuser or a command; the event names the list.",
    "suspicious_request": "A request that no honest client makes.",
    "system_exception": "Something went wrong inside; the request id leads to the log.",
}
"""Action -> what it means. Expressions add their own: `custom_` and a name."""

_CUSTOM = re.compile(r"custom_[\w .:\-]{1,100}")


class Event(msgspec.Struct, frozen=True):
    """One line of the audit trail, about the user named or, without one, about nobody who is known.

    `action` is one of `ACTIONS` or begins with `custom_`; any other raises ValueError. Secrets in the context and
    phone numbers anywhere are hidden on the way in: name an error's code `error_code`, for `code` is hidden.
    """

    action: str
    message: str = ""
    context: dict[str, Any] = {}
    user_id: int | None = None
    username: str = ""
    client_ip: str = ""

    def __post_init__(self) -> None:
        if self.action not in ACTIONS and not _CUSTOM.fullmatch(self.action):
            raise ValueError(f"There is no action {self.action!r}: add it to ACTIONS, with what it means.")
        msgspec.structs.force_setattr(self, "message", mask_numbers(self.message))
        msgspec.structs.force_setattr(self, "context", scrub(self.context))
