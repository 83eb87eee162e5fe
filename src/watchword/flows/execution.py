"""An execution: one visitor's run through one flow, as a value that survives a restart.

It is stored as JSON with a schema version, of ids and plain values only, and sealed: the prompt data may hold a
number that a verify-only stage must never leave in the database.
"""

import secrets
from typing import Any

import msgspec

from watchword.errors import SettingsInvalid
from watchword.keyring import Keyring

SCHEMA = 1
_PURPOSE = "execution"


class Step(msgspec.Struct, frozen=True):
    """A stage binding as it was planned; `reevaluate` asks its policies again on every request at this step."""

    binding: str
    stage: str
    reevaluate: bool


class PendingDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A phone that was verified before there was a user to have it; without its number where it is not to be kept.

    `number` is there all the same, until the phone is enrolled: the execution is sealed, and the key may be rotated.
    """

    stage_pk: str
    phone_number: str | None
    number_key: str
    key_id: str
    masked: str
    max_devices: int
    name: str = ""
    number: str = ""


class Context(msgspec.Struct, kw_only=True):
    """What the stages and policies of one run share (authentik's plan context)."""

    prompt_data: dict[str, Any] = {}
    prompted_at: dict[str, int] = {}
    """Which step put which key into the prompt data."""
    pending_user: int | None = None
    pending_user_identifier: str = ""
    password_verified: bool = False
    second_factor: dict[str, Any] = {}
    """The device that gave one, and when."""
    used_devices: list[str] = []
    """Class and id, as `sms:7`, of each device that gave one: in a recovery none counts twice."""
    pending_devices: list[PendingDevice] = []
    replaces: int = 0
    """The id of the phone whose number is changed by this run; it stays until the new one is confirmed."""
    proven: bool = False
    """Whether the visitor had just proven who he is when this run began."""
    redirect: str = ""
    extra: dict[str, Any] = {}
    """What policies assigned into `flow_plan.context` under names of their own."""


class Execution(msgspec.Struct, kw_only=True):
    id: str
    flow: str
    steps: tuple[Step, ...]
    position: int = 0
    entered: bool = False
    """Whether the stage at `position` has been entered."""
    stage_state: dict[str, Any] = {}
    """The current stage's own notes; emptied when the visitor moves on."""
    context: Context = msgspec.field(default_factory=Context)
    sent: dict[str, dict[str, Any]] = {}
    """Messages sent, by keyed hash of the number; kept when the visitor goes back a step."""
    next: str = ""
    notices: list[str] = []
    """What the visitor reads on the page he lands on."""
    version: int = 0
    schema: int = SCHEMA

    @property
    def step(self) -> Step | None:
        return self.steps[self.position] if self.position < len(self.steps) else None

    @property
    def step_id(self) -> str:
        """Names the step within all executions, for pages that may be out of date."""
        return f"{self.id}.{self.position}"

    def move_to(self, position: int) -> None:
        self.position, self.entered, self.stage_state = position, False, {}

    def advance(self) -> None:
        self.move_to(self.position + 1)


def new_execution_id() -> str:
    return secrets.token_hex(16)


def freeze(execution: Execution) -> bytes:
    """The state as canonical JSON, without the version that the database keeps beside it."""
    return msgspec.json.encode(msgspec.structs.replace(execution, version=0), order="deterministic")


def seal(keyring: Keyring, frozen: bytes) -> bytes:
    return keyring.seal(_PURPOSE, frozen)


def sealed_anew(keyring: Keyring, sealed: bytes) -> bytes | None:
    """Under the key in force; None where it is already, or cannot be opened."""
    return keyring.sealed_anew(_PURPOSE, sealed)


def restore(keyring: Keyring, sealed: bytes, version: int) -> Execution | None:
    """None where it cannot be used any more (another key, another schema): the visitor starts again."""
    try:
        execution = msgspec.json.decode(keyring.open(_PURPOSE, sealed), type=Execution)
    except (SettingsInvalid, msgspec.DecodeError, msgspec.ValidationError):
        return None
    if execution.schema != SCHEMA:
        return None
    execution.version = version
    return execution
