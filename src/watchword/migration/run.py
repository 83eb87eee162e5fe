"""An import: all is read first, then written in an order in which nothing refers to what is not there yet."""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Connection

from watchword.migration import devices, users
from watchword.migration.configuration import apply_configuration
from watchword.migration.groups import apply_groups
from watchword.migration.options import Options, Progress, silent
from watchword.migration.people import People
from watchword.migration.remote import Remote
from watchword.migration.report import Line, Report
from watchword.migration.source import Found, Source, read_source
from watchword.storage.database import Database

Unit = Callable[[Connection], list[Line]]

PASSWORDS = (
    "Passwords do not leave authentik: people come in by the recovery flow (watchword blueprint apply recovery), or an "
    "administrator sets their first password."
)


async def import_from(remote: Remote, database: Database, options: Options, *, progress: Progress = silent) -> Report:
    """Where it is interrupted, each transaction is there as a whole or not at all; the next run does the rest.

    Raises `ImportFailed` where authentik cannot be read: then nothing has changed.
    """
    source = await read_source(remote, options, progress)
    report = Report(dry=options.dry)
    units = list(_units(source, options, remote.host))
    if options.dry:
        report.lines = await _tried(database, units)
    else:
        for done, unit in enumerate(units, 1):
            report.lines += await database.run(unit)
            progress("Writing", done, len(units))
    if "devices" in options.parts:
        report.lines += devices.others(source)
    if any(line.kind == users.KIND and line.fate == "created" for line in report.lines):
        report.notes.append(PASSWORDS)
    return report


def _units(source: Source, options: Options, host: str) -> Iterator[Unit]:
    people = People.of(source)
    if "groups" in options.parts:
        yield lambda conn: apply_groups(conn, source.groups, options, people)
    if "users" in options.parts:
        for batch in _batches(source.users, users.BATCH):
            yield lambda conn, some=batch: users.apply_users(conn, some, source, options, people)  # type: ignore[misc] # the default binds the batch
    if "flows" in options.parts:
        yield lambda conn: apply_configuration(conn, source, options, people, host)
    if "devices" in options.parts:
        for batch in _batches(source.phones, devices.BATCH):
            yield lambda conn, some=batch: devices.apply_phones(conn, some, source, options, people)  # type: ignore[misc] # as above


def _batches(found: Sequence[Found], size: int) -> Iterator[Sequence[Found]]:
    return (found[start : start + size] for start in range(0, len(found), size))


class _Undone(Exception):
    """Rolls the transaction back, and carries what it would have done."""

    def __init__(self, lines: list[Line]) -> None:
        super().__init__()
        self.lines = lines


async def _tried(database: Database, units: Sequence[Unit]) -> list[Line]:
    """All in one transaction, which is undone: what comes later sees what came before."""

    def work(conn: Connection) -> None:
        raise _Undone([line for unit in units for line in unit(conn)])

    try:
        await database.run(work)
    except _Undone as undone:
        return undone.lines
    raise AssertionError("A dry run is always undone.")
