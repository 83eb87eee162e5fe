"""One field of a form, as a page shows it."""

from typing import Literal, NamedTuple

import msgspec

from watchword.gateways.check import Finding
from watchword.web.pages.console.code import Code
from watchword.web.pages.console.groups import Meaning
from watchword.web.pages.console.guide import Steps
from watchword.web.pages.console.manual.chapters import Link

Kind = Literal["text", "secret", "number", "switch", "choice", "choices", "area", "code", "moment"]


class Checking(msgspec.Struct, frozen=True, kw_only=True):
    """The button that asks the gateway. Once it was pressed: what was found, or why it could not be asked; `lost` are
    the secrets that were typed, and do not come back. `trial` is where a message is sent, or "".
    """

    url: str = ""
    trial: str = ""
    steps: tuple[Steps, ...] = ()
    findings: tuple[Finding, ...] = ()
    problems: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """As the style sheet calls it; "" before it was pressed."""
        if self.problems or any(finding.severity == "error" for finding in self.findings):
            return "danger"
        if any(finding.severity == "warning" for finding in self.findings):
            return "warning"
        return "success" if self.findings else ""


class Option(NamedTuple):
    value: str
    label: str


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """`value` is what stands in it, and `values` what is ticked of several; of a secret only whether it is `stored`.

    With `meanings`, by gateway, it is shown for these alone, under other names. `steps` stand before it, `advice` after
    it; `shapes`, as JSON, are the rules by which a script gives advice while somebody is typing.
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
    code: Code | None = None
    suggestions: tuple[str, ...] = ()
    steps: tuple[Steps, ...] = ()
    advice: tuple[str, ...] = ()
    shapes: str = ""

    @property
    def gateways(self) -> str:
        return " ".join(self.meanings)


class Fieldset(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    help: str
    controls: tuple[Control, ...]
    more: Link | None = None
    """In the manual."""
    checking: Checking | None = None

    @property
    def gateways(self) -> str:
        """Those that it has a field for, or "" where it has one for all."""
        if not all(control.meanings for control in self.controls):
            return ""
        return " ".join(dict.fromkeys(gateway for control in self.controls for gateway in control.meanings))
