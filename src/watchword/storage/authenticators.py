"""What the authenticators of all kinds have in common: an owner, a name, and what became of the codes tried at them."""

from datetime import datetime
from typing import ClassVar, TypeVar

from sqlalchemy import Connection, Table, and_, delete, exists, func, or_, select, update

from watchword.errors import Conflict, NotFound
from watchword.storage.listing import Wanted, page_of
from watchword.storage.rows import Row, columns, every, first, pick


class Authenticator(Row, frozen=True, kw_only=True):
    """One enrolled device of one user; `device_class` is its kind on the wire, as `sms`.

    It is told from others by class and id together: ids are counted for each class alone.
    """

    table: ClassVar[Table]
    device_class: ClassVar[str]

    id: int
    user_id: int
    stage_pk: str
    name: str
    confirmed: bool = False
    created: datetime
    last_updated: datetime
    last_used: datetime | None = None
    failures_in_a_row: int = 0
    disabled: bool = False

    @property
    def reference(self) -> str:
        """Class and id, as `sms:7`."""
        return f"{self.device_class}:{self.id}"


A = TypeVar("A", bound=Authenticator)


def authenticators_of(conn: Connection, cls: type[A], user_id: int) -> list[A]:
    """In the order of enrolment, whatever their state."""
    table = cls.table
    return every(conn, pick(table, cls).where(table.c.user_id == user_id).order_by(table.c.id), cls)


def get_authenticator(conn: Connection, cls: type[A], device_id: int) -> A | None:
    return first(conn, pick(cls.table, cls).where(cls.table.c.id == device_id), cls)


def page_of_authenticators(
    conn: Connection, cls: type[A], wanted: Wanted, *, user_id: int | None = None
) -> tuple[int, list[A]]:
    """How many there are, and these; of one user, or all."""
    also = [] if user_id is None else [cls.table.c.user_id == user_id]
    return page_of(conn, cls.table, cls, wanted, searched=("name",), also=also)


def has_authenticator(conn: Connection, cls: type[Authenticator], user_id: int) -> bool:
    """A confirmed one. A disabled one counts: locking a phone must not make its owner look like one without."""
    owned = exists().where(and_(cls.table.c.user_id == user_id, cls.table.c.confirmed))
    return bool(conn.execute(select(owned)).scalar_one())


def rename_authenticator(conn: Connection, cls: type[A], device_id: int, name: str, now: datetime) -> A:
    """Raises `NotFound`."""
    return _change(conn, cls, device_id, name=name, last_updated=now)


def record_use(conn: Connection, cls: type[A], device_id: int, now: datetime) -> A:
    """A right code: the wrong ones before it are forgotten. Raises `NotFound`, and `Conflict` for a device that was
    disabled meanwhile: the code came too late.
    """
    device = _change(conn, cls, device_id, last_used=now, failures_in_a_row=0)
    if device.disabled:
        raise Conflict
    return device


def record_failure(conn: Connection, cls: type[A], device_id: int, *, disable_at: int, now: datetime) -> A:
    """A wrong code: at `disable_at` of them in a row the device is disabled. Raises `NotFound`."""
    failures = cls.table.c.failures_in_a_row + 1
    disabled = or_(cls.table.c.disabled, failures >= disable_at)
    return _change(conn, cls, device_id, failures_in_a_row=failures, disabled=disabled, last_updated=now)


def disable_authenticator(conn: Connection, cls: type[A], device_id: int, now: datetime) -> A:
    """By hand: wrong codes before it are forgotten, so that nobody takes it for one that they locked.

    Raises `NotFound`.
    """
    return _change(conn, cls, device_id, failures_in_a_row=0, disabled=True, last_updated=now)


def restore_authenticator(conn: Connection, cls: type[A], device_id: int, now: datetime) -> A:
    """Raises `NotFound`."""
    return _change(conn, cls, device_id, failures_in_a_row=0, disabled=False, last_updated=now)


def _change(conn: Connection, cls: type[A], device_id: int, **values: object) -> A:
    changed = update(cls.table).where(cls.table.c.id == device_id).values(values)
    device = first(conn, changed.returning(*columns(cls.table, cls)), cls)
    if device is None:
        raise NotFound
    return device


def delete_authenticator(conn: Connection, cls: type[Authenticator], device_id: int) -> bool:
    return conn.execute(delete(cls.table).where(cls.table.c.id == device_id)).rowcount == 1


def count_authenticators_at(conn: Connection, cls: type[Authenticator], stage_pk: str) -> int:
    """Those that were enrolled at a stage, whatever their state."""
    counted = select(func.count()).select_from(cls.table).where(cls.table.c.stage_pk == stage_pk)
    return conn.execute(counted).scalar_one()


def delete_authenticators_at(conn: Connection, cls: type[Authenticator], stage_pk: str) -> int:
    """For a stage that is deleted; returns how many."""
    return conn.execute(delete(cls.table).where(cls.table.c.stage_pk == stage_pk)).rowcount
