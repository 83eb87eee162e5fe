"""Throttles: exact sliding windows. One key always belongs to one limit."""

from bisect import insort
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.sql.base import Executable

from watchword.storage.prepared import Prepared, given
from watchword.storage.statements import insert_for
from watchword.storage.tables import throttles

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000
_AHEAD = 3600 * _SECOND
"""How far ahead a hit may lie. Up to here a clock that was set back gives nothing back, neither then nor when it is put
right; beyond, it was the hit's clock that was wrong, and nobody waits for a day that may be a year away.
"""


class Limit(msgspec.Struct, frozen=True):
    """So many hits in any window of so many seconds; a hit leaves its window when it is just that old."""

    count: int
    seconds: int


class Room(NamedTuple):
    """In one limit: the hits that count now, and the seconds to wait, 0 where there is room."""

    key: str
    limit: Limit
    hits: list[int]
    wait: int


def _holding(dialect: str) -> Executable:
    holding = insert_for(dialect, throttles).values(given("key", "hits", "expires"))
    holding = holding.on_conflict_do_update(index_elements=["key"], set_={"expires": throttles.c.expires})
    return holding.returning(throttles.c.hits)


_THIS_ONE = throttles.c.key == bindparam("this")
_HOLD = Prepared(_holding)
_TAKE = Prepared(update(throttles).where(_THIS_ONE).values(given("hits", "expires")))
_GIVE_BACK = Prepared(update(throttles).where(_THIS_ONE).values(given("hits")))
_HITS = Prepared(select(throttles.c.hits).where(_THIS_ONE))


def take(conn: Connection, key: str, limit: Limit, now: datetime) -> int | None:
    """None where there was room, and a hit is taken; else the seconds to wait, 1 at least."""
    room = hold(conn, key, limit, now)
    if room.wait:
        return room.wait
    hit(conn, room, now)
    return None


def pull_back(conn: Connection, key: str, now: datetime) -> None:
    """Brings near what lies too far ahead, as `hold` does: from the first look on, for the waits of several limits must
    not begin one after the other.
    """
    ahead, found = _ticks(now) + _AHEAD, _hits(conn, key)
    if found and found[-1] > ahead:
        _GIVE_BACK.run(conn, this=key, hits=[min(hit, ahead) for hit in _locked(conn, key, now)])


def hold(conn: Connection, key: str, limit: Limit, now: datetime) -> Room:
    """How full a limit is, which stays so for all others until the transaction ends."""
    found = _locked(conn, key, now)
    hits = _recent(found, limit, now)
    room = Room(key, limit, hits, _wait(hits, limit, now))
    if room.wait and hits and hits[-1] != found[-1]:
        _keep(conn, room, hits)
    return room


def hit(conn: Connection, room: Room, now: datetime) -> None:
    """Takes a hit in a limit that is held, and has room."""
    hits = room.hits.copy()
    insort(hits, _ticks(now))
    _keep(conn, room, hits)


def _keep(conn: Connection, room: Room, hits: list[int]) -> None:
    _TAKE.run(conn, this=room.key, hits=hits, expires=_moment(hits[-1]) + timedelta(seconds=room.limit.seconds))


def give_back(conn: Connection, key: str, now: datetime) -> None:
    """Takes away the latest hit, if there is one."""
    hits = _locked(conn, key, now)[:-1]
    _GIVE_BACK.run(conn, this=key, hits=hits)


def wait_for(conn: Connection, key: str, limit: Limit, now: datetime) -> int:
    """Seconds until there is room, 0 where there is; takes nothing."""
    return _wait(_recent(_hits(conn, key), limit, now), limit, now)


def count(conn: Connection, key: str, limit: Limit, now: datetime) -> int:
    """Hits in the window that ends now."""
    return len(_recent(_hits(conn, key), limit, now))


def reset(conn: Connection, key: str) -> None:
    conn.execute(delete(throttles).where(throttles.c.key == key))


def _hits(conn: Connection, key: str) -> list[int]:
    return _HITS.scalar(conn, this=key) or []


def _locked(conn: Connection, key: str, now: datetime) -> list[int]:
    """The hits of a row that is this transaction's until it ends; the row is made where there is none.

    One statement: between an INSERT and a SELECT FOR UPDATE the sweep could take the row away.
    """
    hits: list[int] = _HOLD.scalar(conn, key=key, hits=[], expires=now)
    return hits


def _recent(hits: list[int], limit: Limit, now: datetime) -> list[int]:
    horizon, ahead = _ticks(now) - limit.seconds * _SECOND, _ticks(now) + _AHEAD
    return [min(hit, ahead) for hit in hits if hit > horizon]


def _wait(hits: list[int], limit: Limit, now: datetime) -> int:
    if len(hits) < limit.count:
        return 0
    if limit.count < 1:
        return max(1, limit.seconds)
    free_at = hits[-limit.count] + limit.seconds * _SECOND
    return max(1, -(-(free_at - _ticks(now)) // _SECOND))


def _ticks(moment: datetime) -> int:
    """Whole microseconds since 1970: what a float would round."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _moment(ticks: int) -> datetime:
    return _EPOCH + timedelta(microseconds=ticks)
