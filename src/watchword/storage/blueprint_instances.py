"""Blueprints that are kept, to be applied again."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import Connection, delete, insert, update

from watchword.errors import NameTaken, NotFound
from watchword.storage.listing import Wanted, page_of
from watchword.storage.rows import Row, columns, every, first, only, pick
from watchword.storage.statements import constraints_mean
from watchword.storage.tables import blueprint_instances


class BlueprintInstance(Row, frozen=True, kw_only=True):
    """With `content`, or else the file named by `path`: one that comes along, or lies in the watched directory.

    Before it is applied its status is `unknown`. `last_applied` and the hash are of the last time it was tried.
    """

    pk: str
    name: str
    path: str = ""
    content: str = ""
    context: dict[str, Any] = msgspec.field(default_factory=dict)
    enabled: bool = True
    created: datetime
    last_applied: datetime | None = None
    last_applied_hash: str = ""
    status: str = "unknown"


def create_instance(conn: Connection, /, *, now: datetime, **values: Any) -> BlueprintInstance:
    """Raises `NameTaken`."""
    fresh = {"path": "", "content": "", "context": {}, "enabled": True, "last_applied_hash": "", "status": "unknown"}
    inserting = insert(blueprint_instances).values({"pk": str(uuid4()), **fresh, **values, "created": now})
    with constraints_mean(conn, NameTaken):
        returning = inserting.returning(*columns(blueprint_instances, BlueprintInstance))
        return only(conn, returning, BlueprintInstance)


def get_instance(conn: Connection, pk: str) -> BlueprintInstance | None:
    wanted = pick(blueprint_instances, BlueprintInstance).where(blueprint_instances.c.pk == pk)
    return first(conn, wanted, BlueprintInstance)


def find_instance(conn: Connection, /, **values: Any) -> BlueprintInstance | None:
    """The first by name that has all these values."""
    fitting = [blueprint_instances.c[name] == value for name, value in values.items()]
    wanted = pick(blueprint_instances, BlueprintInstance).where(*fitting).order_by(blueprint_instances.c.name)
    return first(conn, wanted, BlueprintInstance)


def list_instances(conn: Connection, *, under: str = "") -> list[BlueprintInstance]:
    """By name; with `under`, those whose path begins so."""
    wanted = pick(blueprint_instances, BlueprintInstance).order_by(blueprint_instances.c.name)
    if under:
        wanted = wanted.where(blueprint_instances.c.path.startswith(under, autoescape=True))
    return every(conn, wanted, BlueprintInstance)


def page_of_instances(conn: Connection, wanted: Wanted) -> tuple[int, list[BlueprintInstance]]:
    """How many there are, and these."""
    return page_of(conn, blueprint_instances, BlueprintInstance, wanted, searched=("name", "path"))


def update_instance(conn: Connection, pk: str, /, **values: Any) -> BlueprintInstance:
    """Raises `NotFound` and `NameTaken`."""
    with constraints_mean(conn, NameTaken):
        if values:
            conn.execute(update(blueprint_instances).where(blueprint_instances.c.pk == pk).values(values))
    found = get_instance(conn, pk)
    if found is None:
        raise NotFound
    return found


def delete_instance(conn: Connection, pk: str) -> bool:
    return conn.execute(delete(blueprint_instances).where(blueprint_instances.c.pk == pk)).rowcount == 1
