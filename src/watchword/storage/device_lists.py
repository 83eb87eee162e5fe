"""Authenticators of all classes and people in one list: searched, narrowed, in pages or one batch after the other."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from watchword.storage.authenticators import Authenticator
from watchword.storage.device_classes import DEVICE_CLASSES
from watchword.storage.devices import SMSDevice
from watchword.storage.rows import Row, every
from watchword.storage.tables import users
from watchword.storage.user_lists import matching

DeviceState = Literal["works", "locked", "disabled", "unconfirmed"]
"""Wrong codes lock a device; an administrator disables it."""


class ListedDevice(Row, frozen=True, kw_only=True):
    """What all classes have in common, with the owner's name; `masked` and `hashed` are a phone's."""

    id: int
    device_class: str
    user_id: int
    username: str
    stage_pk: str
    name: str
    confirmed: bool
    created: datetime
    last_used: datetime | None
    failures_in_a_row: int
    disabled: bool
    masked: str
    hashed: bool

    @property
    def state(self) -> DeviceState:
        if self.disabled:
            return "locked" if self.failures_in_a_row else "disabled"
        return "works" if self.confirmed else "unconfirmed"


class SoughtDevices(msgspec.Struct, frozen=True, kw_only=True):
    """Which a list is to show; "" asks nothing. `owner` is a part of the user name, the name or the e-mail address;
    `number_keys` are the hashes of one number under each key in use: with them only phones of that number are found,
    also where the number itself was not kept.
    """

    owner: str = ""
    device_class: str = ""
    state: DeviceState | Literal[""] = ""
    stage: str = ""
    number_keys: tuple[str, ...] = ()


def page_of_devices(
    conn: Connection, sought: SoughtDevices, *, limit: int, offset: int = 0
) -> tuple[int, list[ListedDevice]]:
    """How many there are, and these, the newest first."""
    found = _found(sought)
    count = conn.execute(select(func.count()).select_from(found)).scalar_one()
    newest = select(*_columns(found)).order_by(found.c.created.desc(), found.c.device_class, found.c.id.desc())
    return count, every(conn, newest.limit(limit).offset(offset), ListedDevice)


def devices_after(
    conn: Connection, sought: SoughtDevices, last: ListedDevice | None, *, limit: int
) -> list[ListedDevice]:
    """By class and id, those after one: for whoever reads all of them, in as many units of work as it takes."""
    found = _found(sought)
    after: ColumnElement[bool] = true()
    if last is not None:
        same = and_(found.c.device_class == last.device_class, found.c.id > last.id)
        after = or_(found.c.device_class > last.device_class, same)
    batch = select(*_columns(found)).where(after).order_by(found.c.device_class, found.c.id).limit(limit)
    return every(conn, batch, ListedDevice)


class Owned(msgspec.Struct, frozen=True):
    """How many devices of each class somebody has, and how many of all are disabled."""

    classes: dict[str, int]
    disabled: int = 0


def devices_owned(conn: Connection, user_ids: Sequence[int]) -> dict[int, Owned]:
    """By whoever has any."""
    found: dict[int, Owned] = {}
    for cls in DEVICE_CLASSES.values():
        table = cls.table
        counted = select(table.c.user_id, func.count(), func.count().filter(table.c.disabled))
        for user_id, count, disabled in conn.execute(
            counted.where(table.c.user_id.in_(user_ids)).group_by(table.c.user_id)
        ):
            before = found.get(user_id, Owned({}))
            found[user_id] = Owned({**before.classes, cls.device_class: count}, before.disabled + disabled)
    return found


def _found(sought: SoughtDevices) -> Subquery:
    """Of the classes that can have any."""
    able = [cls for cls in DEVICE_CLASSES.values() if _can_have(cls, sought)] or [SMSDevice]
    return union_all(*(_of_class(cls, sought) for cls in able)).subquery("found")


def _can_have(cls: type[Authenticator], sought: SoughtDevices) -> bool:
    return sought.device_class in ("", cls.device_class) and (cls is SMSDevice or not sought.number_keys)


def _of_class(cls: type[Authenticator], sought: SoughtDevices) -> Select[Any]:
    table = cls.table
    phone = issubclass(cls, SMSDevice)
    made = {
        "device_class": literal(cls.device_class),
        "username": users.c.username,
        "masked": table.c.masked if phone else literal(""),
        "hashed": table.c.hashed if phone else literal(False),
    }
    chosen = [made[name].label(name) if name in made else table.c[name] for name in ListedDevice.__struct_fields__]
    return select(*chosen).join(users, users.c.id == table.c.user_id).where(*_met(cls, sought))


def _met(cls: type[Authenticator], sought: SoughtDevices) -> list[ColumnElement[bool]]:
    if not _can_have(cls, sought):
        return [false()]
    table = cls.table
    met: list[ColumnElement[bool]] = []
    if sought.owner:
        met.append(matching(sought.owner))
    if sought.stage:
        met.append(table.c.stage_pk == sought.stage)
    if sought.number_keys:
        met.append(table.c.number_key.in_(sought.number_keys))
    match sought.state:
        case "works":
            met += [table.c.confirmed, ~table.c.disabled]
        case "unconfirmed":
            met += [~table.c.confirmed, ~table.c.disabled]
        case "locked":
            met += [table.c.disabled, table.c.failures_in_a_row > 0]
        case "disabled":
            met += [table.c.disabled, table.c.failures_in_a_row == 0]
    return met


def _columns(found: Subquery) -> list[ColumnElement[Any]]:
    return [found.c[name] for name in ListedDevice.__struct_fields__]
