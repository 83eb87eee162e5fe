"""One field of a form, as a page shows it."""

from typing import Literal, NamedTuple

import msgspec

from watchword.web.pages.console.groups import Meaning

Kind = Literal["text", "secret", "number", "switch", "choice", "choices", "area", "code", "moment"]


class Option(NamedTuple):
    value: str
    label: str


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """`value` is what stands in it, and `values` what is ticked of several; of a secret only whether it is `stored`.

    With `meanings`, by gateway, it is shown for these alone, under other names.
    """

    name: str
    title: str
    help: str
    kind: Kind
    value: str = ""
    values: tuple[str, ...] = ()
    on: bool = False
    stored: bool = False
    options: tuple[Option, ...] = ()
    required: bool = False
    minimum: int | None = None
    maximum: int | None = None
    longest: int | None = None
    errors: tuple[str, ...] = ()
    meanings: dict[str, Meaning] = {}

    @property
    def gateways(self) -> str:
        return " ".join(self.meanings)


class Fieldset(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    help: str
    controls: tuple[Control, ...]

    @property
    def gateways(self) -> str:
        """Those that it has a field for, or "" where it has one for all."""
        if not all(control.meanings for control in self.controls):
            return ""
        return " ".join(dict.fromkeys(gateway for control in self.controls for gateway in control.meanings))
