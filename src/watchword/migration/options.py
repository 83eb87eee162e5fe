"""What whoever imports decides."""

from collections.abc import Callable
from typing import Literal

import msgspec

from watchword.clock import Clock, system_clock
from watchword.keyring import Keyring
from watchword.phone import Validation

AUTHOR = "watchword import-authentik"
SUFFIX = " (authentik)"
"""Follows a name that is taken here."""

Part = Literal["flows", "groups", "users", "devices"]
PARTS: tuple[Part, ...] = ("flows", "groups", "users", "devices")
"""`flows` are all of the configuration."""

Progress = Callable[[str, int, int], None]
"""Told what is under way, how much of it is done, and how much there is; 0 where that is not known."""


def silent(what: str, done: int, count: int) -> None:
    """Progress that nobody looks at."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """`flows` are slugs, none for all; `devices_at` is the uuid or the name here of the stage that imported phones
    belong to, where there are several in authentik.
    """

    parts: frozenset[Part] = frozenset(PARTS)
    flows: frozenset[str] = frozenset()
    devices_at: str = ""
    overwrite: bool = False
    accept_incomplete: bool = False
    with_superusers: bool = False
    with_service_accounts: bool = False
    dry: bool = False
    validation: Validation = "valid"
    keyring: Keyring
    clock: Clock = system_clock
