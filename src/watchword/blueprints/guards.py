"""Policies that are left out must leave nothing open that they would have guarded."""

from collections.abc import Mapping

from watchword.blueprints.document import Entry

_GUARD = "authentik_policies.policybinding"


class Unguarded(Exception):
    """What was applied must be undone, and applied again without these entries: `left_out` has them all, by number,
    with the reason.
    """

    def __init__(self, left_out: Mapping[int, str]) -> None:
        super().__init__()
        self.left_out = left_out


class Guards:
    def __init__(self, left_out: Mapping[int, str]) -> None:
        """`left_out` are the entries that were found to be open the last time."""
        self.left_out = left_out
        self._makers: dict[str, int] = {}
        """The entry that made an object, by the object's pk."""
        self._open: dict[int, str] = {}

    def created(self, entry: Entry, pk: object) -> None:
        self._makers[str(pk)] = entry.number

    def missing(self, entry: Entry, target: str | None) -> None:
        """An entry that is left out would have been bound to this. What was there before stays as it was."""
        if entry.model == _GUARD and target is not None and (maker := self._makers.get(target)) is not None:
            place = f"line {entry.place.line}" if entry.place.line else "this file"
            self._open[maker] = f"Its policy, in {place}, is left out: without that it would be open to everybody."

    def check(self) -> None:
        """Raises `Unguarded`."""
        if self._open:
            raise Unguarded({**self.left_out, **self._open})
