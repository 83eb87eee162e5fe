"""Tables that only grow, read from the newest row back. However long a table is, one read looks at a part of it: on
SQLite everybody waits for it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, and_, func, select, true

from watchword.storage.listing import Condition, met_by, occurring
from watchword.storage.rows import Row, every, pick

LOOKED_AT = 10_000
"""Rows that one read looks through for what no index finds."""

COUNTED = 10_000
"""More are not counted."""

SLACK = timedelta(days=1)
"""Ids grow as moments do, and what is so much later has a greater id: a clock may have been set back by less."""

_ABOVE_ALL = 2**63 - 1

R = TypeVar("R", bound=Row)


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """All conditions must be met, and each term occur. `since` is the first moment that counts and `until` the first
    that no longer does; `before` is the id that a page goes on from.
    """

    conditions: tuple[Condition, ...] = ()
    terms: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    limit: int = 50


class Stretch(NamedTuple, Generic[R]):
    """The newest first. `older` is the id to go on before, or None at the end; `cut` says that the read ended before
    it had found enough.
    """

    rows: list[R]
    older: int | None = None
    cut: bool = False


class Newest(NamedTuple):
    """A table that is read so. `narrow` are the columns that begin an index; `also` is a condition of the table's own
    module, which an index has too.
    """

    table: Table
    narrow: Collection[str]
    searched: Sequence[ColumnElement[Any]] = ()
    also: ColumnElement[bool] = true()

    def stretch(self, conn: Connection, cls: type[R], sought: Sought) -> Stretch[R]:
        key, slow = self.table.c["id"], self._slow(conn, sought)
        low, high = self._bounds(conn, sought)
        quick = self._quick(conn, sought)
        floor = None if slow is None else self._floor(conn, and_(quick, key.between(low, high)))
        met = and_(quick, key.between(low if floor is None else floor, high), true() if slow is None else slow)
        rows = every(conn, pick(self.table, cls).where(met).order_by(key.desc()).limit(sought.limit + 1), cls)
        if len(rows) > sought.limit:
            del rows[sought.limit :]
            return Stretch(rows, getattr(rows[-1], "id"))  # noqa: B009 - not every row has one
        return Stretch(rows, floor, cut=floor is not None)

    def how_many(self, conn: Connection, sought: Sought) -> int | None:
        """Of all pages together, `COUNTED` + 1 where there are more; None where each row would have to be looked at."""
        if self._slow(conn, sought) is not None:
            return None
        key = self.table.c["id"]
        low, high = self._bounds(conn, msgspec.structs.replace(sought, before=None))
        # In the order of the pages, so that the same index is taken.
        met = select(key).where(self._quick(conn, sought), key.between(low, high)).order_by(key.desc())
        return int(conn.execute(select(func.count()).select_from(met.limit(COUNTED + 1).subquery())).scalar_one())

    def _is_quick(self, condition: Condition) -> bool:
        return condition.op == "is" and condition.column in self.narrow

    def _quick(self, conn: Connection, sought: Sought) -> ColumnElement[bool]:
        """What indexes find."""
        created = self.table.c["created"]
        met = [self.also, met_by(conn, self.table, filter(self._is_quick, sought.conditions))]
        met += [] if sought.since is None else [created >= sought.since]
        met += [] if sought.until is None else [created < sought.until]
        return and_(*met)

    def _slow(self, conn: Connection, sought: Sought) -> ColumnElement[bool] | None:
        """What rows must be looked at for; None where there is nothing of it."""
        others = [one for one in sought.conditions if not self._is_quick(one)]
        if not others and not sought.terms:
            return None
        return and_(met_by(conn, self.table, others), occurring(sought.terms, self.searched))

    def _bounds(self, conn: Connection, sought: Sought) -> tuple[int, int]:
        """The ids that a row can have. As numbers: of two bounds in one statement SQLite would use only one."""
        key, created, low, high = self.table.c["id"], self.table.c["created"], 0, _ABOVE_ALL
        if sought.since is not None:
            earlier = select(key).where(created < sought.since - SLACK).order_by(created.desc()).limit(1)
            low = conn.execute(earlier).scalar() or 0
        if sought.until is not None:
            later = select(key).where(created >= sought.until + SLACK).order_by(created).limit(1)
            high = conn.execute(later).scalar() or _ABOVE_ALL
        return low, high if sought.before is None else min(high, sought.before - 1)

    def _floor(self, conn: Connection, quick: ColumnElement[bool]) -> int | None:
        """The id of the last row that is looked at; None where that is all of them."""
        key = self.table.c["id"]
        last = select(key).where(quick).order_by(key.desc()).offset(LOOKED_AT - 1).limit(2)
        found = list(conn.execute(last).scalars())
        return found[0] if len(found) > 1 else None
