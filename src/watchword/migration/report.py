"""What came of each thing: for people, for programs, and for the exit status. It holds no number and no secret."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

import msgspec

from watchword.scrub import mask_numbers

Fate = Literal["created", "updated", "unchanged", "kept", "left out"]
"""`kept` is what differs and stays as it is here."""

FATES: tuple[Fate, ...] = ("created", "updated", "unchanged", "kept", "left out")
_LONGEST = 200


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One thing. `why` says what is missing of it, or why it did not come; `notes` what is well to know."""

    kind: str
    label: str
    fate: Fate
    why: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "label", harmless(self.label))
        for field in ("why", "notes"):
            msgspec.structs.force_setattr(self, field, tuple(map(harmless, getattr(self, field))))

    @property
    def whole(self) -> bool:
        return not self.why and self.fate in ("created", "updated", "unchanged")


class Report(msgspec.Struct, kw_only=True):
    """`dry` is one that nothing was changed for."""

    lines: list[Line] = []
    notes: list[str] = []
    dry: bool = False

    def counts(self) -> dict[str, Counter[Fate]]:
        """By kind, in the order in which they first come."""
        found: dict[str, Counter[Fate]] = {}
        for line in self.lines:
            found.setdefault(line.kind, Counter())[line.fate] += 1
        return found

    @property
    def whole(self) -> bool:
        """Whether all came."""
        return all(line.whole for line in self.lines)

    @property
    def changed(self) -> bool:
        return any(line.fate in ("created", "updated") for line in self.lines)


def left_out(kind: str, label: str, why: str | Iterable[str]) -> Line:
    return Line(kind=kind, label=label, fate="left out", why=(why,) if isinstance(why, str) else tuple(why))


def harmless(text: str) -> str:
    """What another server said, fit for a terminal: short, without control characters and phone numbers."""
    plain = "".join(char if char.isprintable() else " " for char in text[: _LONGEST * 2])
    plain = mask_numbers(plain)
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"
