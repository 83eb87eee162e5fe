"""What of the configuration names a user or a group, and what becomes of it when that one goes."""

from typing import Any, Literal, NamedTuple

from watchword.model.base import ConfigObject
from watchword.model.policy import PolicyBinding
from watchword.model.snapshot import Snapshot
from watchword.model.usage import row_uses, without_rows
from watchword.web.pages.console.controls import told
from watchword.web.pages.console.sections import page_url
from watchword.web.pages.console.shown import Row

OPEN = "What had no other rule is then open to everybody."


class Uses(NamedTuple):
    """`gone` goes with it, `emptied` no longer refers to it, and what is `blocked` cannot be without it."""

    gone: tuple[str, ...]
    emptied: tuple[str, ...]
    blocked: tuple[str, ...]
    warning: str


def uses_of(snapshot: Snapshot, row: Literal["user", "group"], key: Any) -> tuple[Row, ...]:
    uses = row_uses(snapshot.objects(), row, key)
    return tuple(Row(name=named(use.user, snapshot), url=page_url(use.user), about="") for use in uses)


def lost_with(snapshot: Snapshot, row: Literal["user", "group"], key: Any) -> Uses:
    going = without_rows({obj.pk: obj for obj in snapshot.objects()}, row, key)
    rules = any(isinstance(obj, PolicyBinding) for obj in going.removed)
    return Uses(
        gone=tuple(named(obj, snapshot) for obj in going.removed),
        emptied=tuple(named(obj, snapshot) for obj in going.changed),
        blocked=tuple(named(use.user, snapshot) for use in going.blocked),
        warning=OPEN if rules else "",
    )


def named(obj: ConfigObject, snapshot: Snapshot) -> str:
    """A rule has no name of its own: it is known by what it guards."""
    if isinstance(obj, PolicyBinding):
        target = snapshot.get(obj.target, ConfigObject)
        return f"Rule of “{told(target, snapshot)}”" if target else "Rule"
    return f"{obj.verbose_name} “{told(obj, snapshot)}”"
