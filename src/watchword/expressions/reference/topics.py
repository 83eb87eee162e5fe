"""The list as it is looked at: by topic, for one kind of expression."""

from collections.abc import Iterable, Iterator

from watchword.expressions.reference.entry import Entry, Kind, Topic
from watchword.expressions.reference.helpers import HELPERS, MISSING
from watchword.expressions.reference.variables import VARIABLES

ABSENT = "In authentik, not here"


def topics(kind: Kind) -> tuple[Topic, ...]:
    return (
        Topic(title="Variables", entries=tuple(_of(kind, VARIABLES))),
        Topic(title="Helper functions", entries=tuple(_of(kind, HELPERS))),
        Topic(title=ABSENT, entries=tuple(_of(kind, MISSING)), usable=False),
    )


def _of(kind: Kind, entries: Iterable[Entry]) -> Iterator[Entry]:
    return (entry for entry in entries if kind in entry.kinds)
