"""A blueprint's text, applied."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection

from watchword.blueprints.apply import EXAMPLE_HOST, Catalogue, apply_blueprint
from watchword.blueprints.document import Blueprint
from watchword.blueprints.guards import Unguarded
from watchword.blueprints.library import META, Library, shipped_sources, stored_library
from watchword.blueprints.prepare import prepare
from watchword.blueprints.reader import read
from watchword.blueprints.report import Line
from watchword.blueprints.tag import Given, read_file
from watchword.blueprints.watched import Watch
from watchword.clock import Clock, system_clock
from watchword.keyring import Keyring
from watchword.storage.database import Database

Work = Callable[[Connection], list[Line]]


class Around(Protocol):
    def __call__(self, conn: Connection, /, *, work: Work) -> list[Line]: ...


async def apply_text(
    database: Database,
    text: str,
    *,
    name: str,
    catalogue: Catalogue,
    keyring: Keyring,
    author: str,
    clock: Clock = system_clock,
    env: Mapping[str, str] | None = None,
    context: Mapping[str, Any] | None = None,
    host: str = EXAMPLE_HOST,
    read_file: Callable[[str], str] = read_file,
    dry: bool = False,
    skip_unknown: bool = False,
    watch: Watch | None = None,
    around: Around | None = None,
    watched: Path | None = None,
) -> list[Line]:
    """`name` is the file's, for messages; a `dry` run changes nothing and says the same. `skip_unknown` leaves out
    what Watchword has not, and what refers to it, and says so; without it that is refused. `watch` looks on; `around`
    is called in the transaction with what is to be done in it, and decides. `watched` is the directory of files that
    an entry may apply.

    Raises `BlueprintInvalid`, and then nothing has changed. `!File` reads files of this machine: for text that comes
    from afar, give another `read_file`.
    """
    blueprint = await asyncio.to_thread(read, text, name)  # a large one takes seconds
    given = Given(env=env or {}, context=context or {}, read_file=read_file)
    library = await _library(database, blueprint, watched)
    work = partial(
        apply_blueprint,
        blueprint=blueprint,
        catalogue=catalogue,
        keyring=keyring,
        now=clock(),
        given=given,
        hashes=await prepare(database, blueprint, given, library),
        author=author,
        library=library,
        host=host,
        skip_unknown=skip_unknown,
        watch=watch,
    )
    left_out: Mapping[int, str] = {}
    while True:  # each time with fewer entries
        unit = partial(work, left_out=left_out)
        try:
            return await _run(database, partial(around, work=unit) if around else unit, dry=dry)
        except Unguarded as open_:
            left_out = open_.left_out


async def _library(database: Database, blueprint: Blueprint, watched: Path | None) -> Library:
    """Empty where no entry asks for another blueprint."""
    if not any(entry.model == META or "model" in entry.late for entry in blueprint.entries):
        return Library(())
    await asyncio.to_thread(shipped_sources)  # read once, and kept
    return await database.read(stored_library, watched)


async def _run(database: Database, work: Work, *, dry: bool) -> list[Line]:
    if not dry:
        return await database.run(work)
    try:
        return await database.run(_undone, work)
    except _Undone as undone:
        return undone.lines


class _Undone(Exception):
    """Rolls the transaction back, and carries what it would have done."""

    def __init__(self, lines: list[Line]) -> None:
        super().__init__()
        self.lines = lines


def _undone(conn: Connection, work: Work) -> list[Line]:
    raise _Undone(work(conn))
