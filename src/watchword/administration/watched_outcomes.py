"""What is kept of a watched file: units of work, each decided once however many servers look."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection

from watchword.blueprints.file import Around, Work
from watchword.blueprints.folder import WATCHED
from watchword.blueprints.instances import SUFFIX
from watchword.blueprints.report import Line
from watchword.errors import NameTaken
from watchword.storage.blueprint_instances import (
    BlueprintInstance,
    create_instance,
    get_instance,
    list_instances,
    update_instance,
)
from watchword.storage.events import write_event
from watchword.storage.statements import lock

_MOST_PROBLEMS = 20
"""In an event."""


class Attempt(NamedTuple):
    """At the `start` what was applied before is applied again."""

    pk: str
    name: str
    path: str
    digest: str
    now: datetime
    start: bool

    def wanted(self, instance: BlueprintInstance) -> bool:
        """Whether nobody did it meanwhile."""
        return self.start or instance.last_applied_hash != self.digest or instance.status == "orphaned"


def keep(conn: Connection, path: str, now: datetime) -> list[BlueprintInstance]:
    """The instances of a file, of which there is one at least then. A name that is taken gives way to the path."""
    lock(conn, "blueprints")
    if found := [one for one in list_instances(conn, under=path) if one.path == path]:
        return found
    name = path.removeprefix(WATCHED).removesuffix(SUFFIX)
    try:
        return [create_instance(conn, now=now, name=name, path=path)]
    except NameTaken:
        return [create_instance(conn, now=now, name=path, path=path)]


def let_go(conn: Connection, paths: Collection[str]) -> list[BlueprintInstance]:
    """Those that are orphaned by now; what they made stays."""
    lost = [one for one in list_instances(conn, under=WATCHED) if one.path in paths and one.status != "orphaned"]
    return [update_instance(conn, one.pk, status="orphaned") for one in lost]


def once(attempt: Attempt) -> Around:
    """Applies it, and keeps that it was, in one transaction; nothing where somebody else did."""
    return partial(_once, attempt=attempt)


def _once(conn: Connection, /, *, work: Work, attempt: Attempt) -> list[Line]:
    lock(conn, "blueprint", attempt.pk)
    found = get_instance(conn, attempt.pk)
    if found is None or not found.enabled or not attempt.wanted(found):
        return []
    lines = work(conn)
    _tried(conn, attempt, "warning" if any(line.advice for line in lines) else "successful")
    return lines


def failed(conn: Connection, attempt: Attempt, problems: Sequence[str]) -> None:
    """Tells of it once for each content. What stood in the file is in no problem."""
    lock(conn, "blueprint", attempt.pk)
    found = get_instance(conn, attempt.pk)
    if found is None or (found.status == "error" and found.last_applied_hash == attempt.digest):
        return
    _tried(conn, attempt, "error")
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    write_event(
        conn,
        action="blueprint_failed",
        now=attempt.now,
        message=f"Blueprint “{attempt.name}”: {problems[0] if problems else 'It cannot be applied.'}{more}",
        context={"blueprint": attempt.name, "path": attempt.path, "problems": list(problems[:_MOST_PROBLEMS])},
    )


def _tried(conn: Connection, attempt: Attempt, status: str) -> None:
    if get_instance(conn, attempt.pk):  # a blueprint may remove its own instance
        update_instance(conn, attempt.pk, status=status, last_applied=attempt.now, last_applied_hash=attempt.digest)
