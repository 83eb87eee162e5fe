"""The history of the configuration: one change is undone, or all since a moment; what results must be valid."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Connection

from watchword.administration.author import Doer
from watchword.administration.notes import note
from watchword.administration.objects import delete_devices, of_others, require_rows, subject_of
from watchword.clock import Clock
from watchword.errors import ConfigurationInvalid, NotFound
from watchword.flows.configuration import Changes, Configuration
from watchword.keyring import Keyring
from watchword.model.base import ConfigObject, StageSettings
from watchword.model.snapshot import Snapshot
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.config import Revision, get_revision, revisions_since, undoing
from watchword.storage.database import Database


class Keeps(Protocol):
    """What the history needs: a server has it among its services, a command has this alone."""

    @property
    def database(self) -> Database: ...
    @property
    def keyring(self) -> Keyring: ...
    @property
    def configuration(self) -> Configuration: ...
    @property
    def clock(self) -> Clock: ...


async def undo(keeps: Keeps, number: int, *, by: Doer) -> None:
    """Everything that one change touched is as it was before it, whatever came later.

    Raises `NotFound`, and `FieldsInvalid` where that would not be valid, or where devices would be lost.
    """
    revision = await keeps.database.read(get_revision, number)
    if revision is None:
        raise NotFound("There is no such change.")
    await _restore(keeps, [revision], f"Undid change {number}", by)


async def go_back(keeps: Keeps, number: int, *, by: Doer) -> None:
    """The configuration is as it was right after a change. Raises as `undo`."""
    if await keeps.database.read(get_revision, number) is None:
        raise NotFound("There is no such change.")
    later = await keeps.database.read(revisions_since, number)
    await _restore(keeps, later, f"Went back to change {number}", by)


async def _restore(keeps: Keeps, revisions: Sequence[Revision], summary: str, by: Doer) -> None:
    """`revisions` the newest first: of one object, what stood before the oldest of them counts."""
    wanted: dict[str, ConfigObject | None] = {}
    for revision in revisions:
        put, remove = undoing(revision, CATALOGUE, keeps.keyring)
        wanted |= {obj.pk: obj for obj in put} | dict.fromkeys(remove)
    now = keeps.clock()

    def changes(snapshot: Snapshot) -> Changes:
        put = [obj for obj in wanted.values() if obj is not None]
        gone = [obj for pk in wanted if wanted[pk] is None and (obj := snapshot.get(pk, ConfigObject))]

        def work(conn: Connection) -> None:
            for obj in put:
                before = snapshot.get(obj.pk, ConfigObject)
                if obj != before:
                    require_rows(conn, obj)
                    note(conn, "model_updated" if before else "model_created", subject_of(obj), by, now)
            for obj in gone:
                if isinstance(obj, StageSettings):
                    delete_devices(conn, obj.pk, force=False)
                note(conn, "model_deleted", subject_of(obj), by, now)

        return Changes(put, [obj.pk for obj in gone], summary, work)

    try:
        await keeps.configuration.change(changes, author=by.name, now=now)
    except ConfigurationInvalid as error:
        raise of_others(error) from None
