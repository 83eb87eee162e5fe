"""What the validation stage asks."""

from datetime import datetime

import msgspec

from watchword.flows.challenge import WithUser


class DeviceHint(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Enough for the owner to know the device by."""

    masked_number: str = ""


class DeviceChallenge(msgspec.Struct, kw_only=True):
    """A device that may be chosen; `device_uid` is its id within its class, as text."""

    device_class: str
    device_uid: str
    challenge: DeviceHint
    last_used: datetime | None
    name: str


class ConfigurationStage(msgspec.Struct, kw_only=True):
    pk: str
    name: str
    verbose_name: str
    meta_model_name: str


class ValidateChallenge(WithUser, tag="ak-stage-authenticator-validate", kw_only=True):
    """authentik's keys first, ours after them; times are whole seconds from now.

    `selected_device` is the device that a code would be tried against, "" before one was chosen.
    """

    device_challenges: list[DeviceChallenge]
    configuration_stages: list[ConfigurationStage]
    selected_class: str = ""
    selected_device: str = ""
    masked_number: str = ""
    code_sent: bool = False
    code_length: int = 6
    code_expires_in: int = 0
    resend_after: int = 0
    attempts_left: int = 0
    notice: str = ""
