"""Throttles: exact sliding windows. One key always belongs to one limit."""

from bisect import insort
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.sql.base import Executable

from watchword.storage.prepared import Prepared, PreparedRows
from watchword.storage.rows import Row
from watchword.storage.statements import insert_for
from watchword.storage.tables import throttles

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000
_AHEAD = 3600 * _SECOND
"""How far ahead a hit may lie. Up to here a clock that was set back gives nothing back, neither then nor when it is put
right; beyond, it was the hit's clock that was wrong, and nobody waits for a day that may be a year away.
"""
_FOR_NOW_SECONDS = 60
_SKEW = 5 * _SECOND
"""By how much the clocks of two servers may differ: a hit further ahead is of before one was set back, and no wait."""


class Limit(msgspec.Struct, frozen=True):
    """So many hits in any window of so many seconds; a hit leaves its window when it is just that old."""

    count: int
    seconds: int
    waits: tuple[int, ...] = ()
    """And so many seconds after the first, second, ... hit of a window before the next; the last one repeats."""


class Room(NamedTuple):
    """In one limit: the hits that count now, and the seconds to wait, 0 where there is room."""

    key: str
    limit: Limit
    hits: list[int]
    wait: int
    spaced: bool = False
    """Whether it is for the time between two hits that one has to wait, and not for their count."""


_THIS_ONE = throttles.c.key == bindparam("this")
_HITS = Prepared(select(throttles.c.hits).where(_THIS_ONE))


class _Kept(Row, frozen=True, kw_only=True):
    key: str
    hits: list[int]
    expires: datetime


def _rows(count: int) -> list[dict[str, Any]]:
    """So many rows' parameters: `key0`, `hits0`, `expires0`, `key1`, ..."""
    names = _Kept.__struct_fields__
    return [{name: bindparam(f"{name}{n}", type_=throttles.c[name].type) for name in names} for n in range(count)]


@cache
def _hold(count: int) -> PreparedRows[_Kept]:
    def build(dialect: str) -> Executable:
        holding = insert_for(dialect, throttles).values(_rows(count))
        holding = holding.on_conflict_do_update(index_elements=["key"], set_={"expires": throttles.c.expires})
        return holding.returning(throttles.c.key, throttles.c.hits, throttles.c.expires)

    return PreparedRows(_Kept, build)


@cache
def _write(count: int) -> Prepared:
    """Rows that are there, and held: an UPDATE takes one at a time."""

    def build(dialect: str) -> Executable:
        writing = insert_for(dialect, throttles).values(_rows(count))
        new = writing.excluded
        return writing.on_conflict_do_update(index_elements=["key"], set_={"hits": new.hits, "expires": new.expires})

    return Prepared(build)


def take(conn: Connection, key: str, limit: Limit, now: datetime) -> int | None:
    """None where there was room, and a hit is taken; else the seconds to wait, 1 at least."""
    rooms = hold(conn, [(key, limit)], now)
    if rooms[0].wait:
        return rooms[0].wait
    hit(conn, rooms, now)
    return None


def hold(conn: Connection, limits: Sequence[tuple[str, Limit]], now: datetime) -> list[Room]:
    """How full each limit is, which stays so for all others until the transaction ends.

    In one statement, which locks them in this order. Where one has no room, what lies too far ahead in any is brought
    near: from the first look on, for the waits of several limits must not begin one after the other.
    """
    found = {row.key: row.hits for row in _locked(conn, [key for key, _ in limits], now)}
    rooms = [_room(key, limit, found[key], now) for key, limit in limits]
    if any(room.wait for room in rooms):
        _keep(conn, [room for room in rooms if room.hits and room.hits[-1] != found[room.key][-1]])
    return rooms


def _room(key: str, limit: Limit, found: list[int], now: datetime) -> Room:
    hits = _recent(found, limit, now)
    full, spacing = _wait(hits, limit, now), _spacing(hits, limit, now)
    return Room(key, limit, hits, max(full, spacing), spaced=spacing > full)


def hit(conn: Connection, rooms: Iterable[Room], now: datetime) -> None:
    """Takes a hit in each of these limits, which are held, and have room."""
    _keep(conn, [_with(room, _ticks(now)) for room in rooms])


def hit_for_now(conn: Connection, rooms: Iterable[Room], now: datetime) -> None:
    """The same, until `settle` says whether it counts, or a minute has passed: a server that is killed in between shall
    not leave hits that nobody deserved.
    """
    _keep(conn, [_with(room, _brief(room.limit, now)) for room in rooms])


def settle(conn: Connection, limits: Sequence[tuple[str, Limit]], began: datetime, *, counts: bool) -> None:
    """What was hit for now, at the moment `began`, counts as hit then, or is gone."""
    rows = []
    for row, (_, limit) in zip(_locked(conn, [key for key, _ in limits], began), limits, strict=True):
        hits, brief = row.hits.copy(), _brief(limit, began)
        if brief in hits:
            hits.remove(brief)
        if counts:
            insort(hits, _ticks(began))
        until = _until(hits, limit) if hits else row.expires
        rows.append(msgspec.structs.replace(row, hits=hits, expires=until))
    _write_all(conn, rows)


def _with(room: Room, tick: int) -> Room:
    hits = room.hits.copy()
    insort(hits, tick)
    return room._replace(hits=hits)


def _brief(limit: Limit, now: datetime) -> int:
    """As if it were so long ago that it leaves its window in a minute."""
    return _ticks(now) - max(0, limit.seconds - _FOR_NOW_SECONDS) * _SECOND


def _keep(conn: Connection, rooms: Iterable[Room]) -> None:
    _write_all(conn, [_Kept(key=room.key, hits=room.hits, expires=_until(room.hits, room.limit)) for room in rooms])


def _until(hits: list[int], limit: Limit) -> datetime:
    return _moment(hits[-1]) + timedelta(seconds=limit.seconds)


def give_back(conn: Connection, keys: Iterable[str], now: datetime) -> None:
    """Takes away the latest hit of each, if there is one."""
    _write_all(conn, [msgspec.structs.replace(row, hits=row.hits[:-1]) for row in _locked(conn, list(keys), now)])


def wait_for(conn: Connection, key: str, limit: Limit, now: datetime) -> int:
    """Seconds until there is room, 0 where there is; takes nothing."""
    return _room(key, limit, _hits(conn, key), now).wait


def count(conn: Connection, key: str, limit: Limit, now: datetime) -> int:
    """Hits in the window that ends now."""
    return len(_recent(_hits(conn, key), limit, now))


def reset(conn: Connection, key: str) -> None:
    conn.execute(delete(throttles).where(throttles.c.key == key))


def _hits(conn: Connection, key: str) -> list[int]:
    return _HITS.scalar(conn, this=key) or []


def _locked(conn: Connection, keys: Sequence[str], now: datetime) -> list[_Kept]:
    """Rows that are this transaction's until it ends, in the order of their keys; made where there are none.

    One statement: between an INSERT and a SELECT FOR UPDATE the sweep could take a row away.
    """
    rows = _hold(len(keys)).every(conn, **_values([_Kept(key=key, hits=[], expires=now) for key in keys]))
    found = {row.key: row for row in rows}
    return [found[key] for key in keys]


def _write_all(conn: Connection, rows: Sequence[_Kept]) -> None:
    if rows:
        _write(len(rows)).run(conn, **_values(rows))


def _values(rows: Sequence[_Kept]) -> dict[str, Any]:
    return {
        f"{name}{place}": value for place, row in enumerate(rows) for name, value in msgspec.structs.asdict(row).items()
    }


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


def _spacing(hits: list[int], limit: Limit, now: datetime) -> int:
    passed = [hit for hit in hits if hit <= _ticks(now) + _SKEW] if limit.waits else []
    if not passed:
        return 0
    wait = limit.waits[min(len(hits), len(limit.waits)) - 1]
    return min(wait, max(0, -(-(passed[-1] + wait * _SECOND - _ticks(now)) // _SECOND)))


def _ticks(moment: datetime) -> int:
    """Whole microseconds since 1970: what a float would round."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _moment(ticks: int) -> datetime:
    return _EPOCH + timedelta(microseconds=ticks)
