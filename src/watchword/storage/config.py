"""The configuration, and every change ever made to it."""

from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, select

from watchword.errors import ConfigurationInvalid, Conflict, Problem
from watchword.keyring import Keyring
from watchword.model.base import ConfigObject
from watchword.storage.documents import (
    Catalogue,
    Document,
    open_document,
    plain_document,
    seal_document,
    to_object,
)
from watchword.storage.listing import Wanted, page_of
from watchword.storage.prepared import Prepared
from watchword.storage.rows import Row, every, first, pick
from watchword.storage.statements import announce, insert_into, lock
from watchword.storage.tables import config_objects, config_revisions

Listen = Callable[[], AsyncGenerator[None, None]]
"""Yields at once when it listens, for what was announced before went unheard, and then at each announcement. Raises
`DatabaseUnavailable` where it cannot listen, or can no longer.
"""

CHANGED = "watchword_configuration"
"""What PostgreSQL tells every process that listens, when a change is committed."""

CHANGED_ELSEWHERE = "The configuration was changed elsewhere. Reload it to go on."


class Change(msgspec.Struct, frozen=True):
    """One object before and after; None where there was, or is, none. Secrets are sealed in both."""

    pk: str
    model: str
    before: Document | None
    after: Document | None


class Revision(Row, frozen=True, kw_only=True):
    id: int
    created: datetime
    author: str
    summary: str
    changes: list[dict[str, Any]]

    def parts(self) -> list[Change]:
        return msgspec.convert(self.changes, list[Change])


class _Stored(Row, frozen=True, kw_only=True):
    pk: str
    model: str
    document: Document


def load_objects(conn: Connection, catalogue: Catalogue, keyring: Keyring) -> list[ConfigObject]:
    """Keys that a model has not are ignored, fields that a document has not take their defaults.

    Raises `ConfigurationInvalid` with every object of an unknown model, or that is not valid, and
    `SettingsInvalid` where a secret was sealed with another key.
    """
    objects, problems = [], []
    for stored in every(conn, pick(config_objects, _Stored).order_by(config_objects.c.pk), _Stored):
        try:
            objects.append(_restored(stored, catalogue, keyring))
        except ConfigurationInvalid as error:
            problems += error.problems
    if problems:
        raise ConfigurationInvalid(problems)
    return objects


def _restored(stored: _Stored | Change, catalogue: Catalogue, keyring: Keyring) -> ConfigObject:
    document = stored.document if isinstance(stored, _Stored) else stored.before or {}
    return to_object(catalogue, keyring, pk=stored.pk, model=stored.model, document=document)


_HOLD = Prepared(
    select(config_objects.c.pk)
    .where(config_objects.c.pk == bindparam("this"))
    .with_for_update(read=True, key_share=True)
)


def hold_object(conn: Connection, pk: str) -> None:
    """Keeps an object from being deleted before the transaction ends. Raises `Conflict` where it is gone already."""
    if _HOLD.row(conn, this=pk) is None:
        raise Conflict


def load_revision(conn: Connection) -> int:
    """The newest; 0 before the first."""
    return conn.execute(select(func.max(config_revisions.c.id))).scalar() or 0


def lock_configuration(conn: Connection) -> None:
    """Nobody else changes it until this transaction ends."""
    lock(conn, "configuration")


def save_changes(
    conn: Connection,
    *,
    put: Iterable[ConfigObject],
    remove: Iterable[str],
    catalogue: Catalogue,
    keyring: Keyring,
    author: str,
    summary: str,
    now: datetime,
    expected_revision: int | None = None,
) -> int:
    """Returns the new revision, or the newest as it stands where nothing differs.

    An object that is both put and removed is put; a pk to remove that is not there is passed over. Raises
    `Conflict` where `expected_revision` is no longer the newest.
    """
    lock_configuration(conn)
    newest = load_revision(conn)
    if expected_revision is not None and expected_revision != newest:
        raise Conflict(CHANGED_ELSEWHERE)
    placed = {obj.pk: obj for obj in put}
    gone = [pk for pk in dict.fromkeys(remove) if pk not in placed]
    changes = [*_put(conn, placed.values(), catalogue, keyring), *_remove(conn, gone)]
    if not changes:
        return newest
    values = {"created": now, "author": author, "summary": summary, "changes": changes}
    announce(conn, CHANGED)
    return int(conn.execute(insert(config_revisions).values(values).returning(config_revisions.c.id)).scalar_one())


def _put(conn: Connection, objects: Iterable[ConfigObject], catalogue: Catalogue, keyring: Keyring) -> Iterator[Change]:
    for obj in objects:
        cls, before = catalogue.get(obj.model), _stored(conn, obj.pk)
        if cls is None:
            raise _refused(obj, "model", "This version of Watchword knows no such model.")
        if before and before.model != obj.model:
            raise _refused(obj, "pk", f"An object of the model {before.model} has this uuid.")
        plain = plain_document(obj)
        if before and open_document(cls, before.document, keyring) == plain:
            continue
        document = seal_document(cls, plain, keyring)
        placing = insert_into(conn, config_objects).values(pk=obj.pk, model=obj.model, document=document)
        conn.execute(placing.on_conflict_do_update(index_elements=["pk"], set_={"document": document}))
        yield Change(obj.pk, obj.model, before.document if before else None, document)


def _refused(obj: ConfigObject, field: str, message: str) -> ConfigurationInvalid:
    return ConfigurationInvalid([Problem(obj.model, obj.called, field, message)])


def _remove(conn: Connection, pks: Iterable[str]) -> Iterator[Change]:
    """Works for objects of a model that this version has not, too: it is how to be rid of them."""
    for pk in pks:
        if before := _stored(conn, pk):
            conn.execute(delete(config_objects).where(config_objects.c.pk == pk))
            yield Change(pk, before.model, before.document, None)


def _stored(conn: Connection, pk: str) -> _Stored | None:
    return first(conn, pick(config_objects, _Stored).where(config_objects.c.pk == pk), _Stored)


def list_revisions(conn: Connection, *, limit: int = 100) -> list[Revision]:
    """The newest first."""
    return every(conn, pick(config_revisions, Revision).order_by(config_revisions.c.id.desc()).limit(limit), Revision)


def revisions_since(conn: Connection, revision: int) -> list[Revision]:
    """All after it, the newest first."""
    later = pick(config_revisions, Revision).where(config_revisions.c.id > revision)
    return every(conn, later.order_by(config_revisions.c.id.desc()), Revision)


def page_of_revisions(conn: Connection, *, limit: int, offset: int) -> tuple[int, list[Revision]]:
    """How many there are, and these, the newest first."""
    return page_of(conn, config_revisions, Revision, Wanted(order="-id", limit=limit, offset=offset))


def get_revision(conn: Connection, revision: int) -> Revision | None:
    return first(conn, pick(config_revisions, Revision).where(config_revisions.c.id == revision), Revision)


def undoing(revision: Revision, catalogue: Catalogue, keyring: Keyring) -> tuple[list[ConfigObject], list[str]]:
    """What to put and what to remove, by `save_changes`, to have it as it was before this revision.

    Raises as `load_objects` does.
    """
    parts = revision.parts()
    put = [_restored(part, catalogue, keyring) for part in parts if part.before is not None]
    return put, [part.pk for part in parts if part.before is None]
