"""Devices looked up among ten thousand and among ten million; the floor selects the same rows with the driver."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from random import Random
from statistics import median
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Connection

from benchmarks.databases import NAMES, Dialect, empty_database, path_of
from benchmarks.engines import careless_engine
from benchmarks.filling import STAGES, fill, number_key, unchecked
from benchmarks.house import House
from benchmarks.load import Effort
from benchmarks.processes import cores, pinned
from benchmarks.table import Line, percent, spread, unavailable
from benchmarks.timing import Work, in_turns, microseconds
from watchword.storage.authenticators import authenticators_of, get_authenticator, has_authenticator
from watchword.storage.database import open_database
from watchword.storage.devices import SMSDevice, count_devices, number_enrolled
from watchword.storage.migrate import migrate

FEW, MANY = 10_000, 10_000_000
FLAT = 1.5
"""Times as long among many as among few: a deeper tree, and pages that are not at hand."""

_ROOM = 12_000_000_000
"""Bytes on disk, for the many."""
_TIMES = 200


class Lookup(NamedTuple):
    """Of a device by its number among all; `values` are those of the floor's statement."""

    what: str
    unit: Callable[[Connection, int], object]
    sql: str
    values: Callable[[int], tuple[Any, ...]]


class Place(NamedTuple):
    """A database with so many devices, and how each lookup is done in it."""

    ours: dict[str, Work]
    floor: dict[str, Work]


def _stage(number: int) -> str:
    return f"stage-{number % STAGES}"


def _enrolled(conn: Connection, number: int) -> bool:
    return number_enrolled(conn, _stage(number), (number_key(number),))


_DEVICE = "SELECT * FROM sms_device WHERE"

LOOKUPS = (
    Lookup(
        "by the hash of its number",
        _enrolled,
        f"SELECT EXISTS ({_DEVICE} stage_pk = %s AND number_key = %s)",
        lambda number: (_stage(number), number_key(number)),
    ),
    Lookup(
        "by its user",
        lambda conn, number: authenticators_of(conn, SMSDevice, number),
        f"{_DEVICE} user_id = %s ORDER BY id",
        lambda number: (number,),
    ),
    Lookup(
        "by its id",
        lambda conn, number: get_authenticator(conn, SMSDevice, number),
        f"{_DEVICE} id = %s",
        lambda number: (number,),
    ),
    Lookup(
        "whether a user has any",
        lambda conn, number: has_authenticator(conn, SMSDevice, number),
        f"SELECT EXISTS ({_DEVICE} user_id = %s AND confirmed)",
        lambda number: (number,),
    ),
    Lookup(
        "how many a user has at a stage",
        lambda conn, number: count_devices(conn, number, _stage(number)),
        "SELECT count(*) FROM sms_device WHERE user_id = %s AND stage_pk = %s",
        lambda number: (number, _stage(number)),
    ),
)


async def lines(house: House, effort: Effort) -> list[Line]:
    many = FEW * 10 if effort.quick else MANY
    free = shutil.disk_usage(house.folder).free
    if not effort.quick and free < _ROOM:
        why = f"{free / 1e9:.0f} GB of disk are free, and {_ROOM / 1e9:.0f} are needed"
        return [unavailable(f"lookups among {MANY:,} devices", why, NAMES[house.dialect])]
    async with AsyncExitStack() as stack:
        few, much = [await stack.enter_async_context(_place(house, count)) for count in (FEW, many)]
        with pinned(cores().server):
            return [await _line(house.dialect, lookup, few, much, many, effort) for lookup in LOOKUPS]


@asynccontextmanager
async def _place(house: House, count: int) -> AsyncIterator[Place]:
    with empty_database(house.dialect, house.folder) as url:
        migrate(url)
        _fill(url, count)
        database, chance = open_database(url), Random(count)  # noqa: S311 - any would do, the same each time
        async with _driver(house.dialect, url) as driver:
            yield Place(
                {one.what: _asking(database.read, one.unit, chance, count) for one in LOOKUPS},
                {one.what: _selecting(driver, one, chance, count) for one in LOOKUPS},
            )
        await database.close()


def _fill(url: str, count: int) -> None:
    """Of the users only those that are needed: none."""
    engine = careless_engine(url)
    with engine.begin() as conn:
        unchecked(conn)
        fill(conn, "sms_device", count)
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as conn:
        conn.exec_driver_sql("VACUUM ANALYZE sms_device" if conn.dialect.name == "postgresql" else "ANALYZE")
    engine.dispose()


def _asking(read: Any, unit: Callable[[Connection, int], object], chance: Random, count: int) -> Work:
    async def ask() -> None:
        assert await read(unit, chance.randrange(1, count + 1))

    return ask


Select = Callable[[str, tuple[Any, ...]], Any]


def _selecting(select: Select, lookup: Lookup, chance: Random, count: int) -> Work:
    async def ask() -> None:
        assert await select(lookup.sql, lookup.values(chance.randrange(1, count + 1)))

    return ask


@asynccontextmanager
async def _driver(dialect: Dialect, url: str) -> AsyncIterator[Select]:
    """In transactions, as Watchword reads."""
    if dialect == "sqlite":
        with closing(sqlite3.connect(path_of(url), isolation_level=None)) as file:

            async def select(sql: str, values: tuple[Any, ...]) -> Any:
                file.execute("BEGIN")
                found = file.execute(sql.replace("%s", "?"), values).fetchall()
                file.execute("COMMIT")
                return found

            yield select
    else:
        async with await psycopg.AsyncConnection.connect(url) as server:

            async def ask(sql: str, values: tuple[Any, ...]) -> Any:
                found = await (await server.execute(sql.encode(), values)).fetchall()
                await server.commit()
                return found

            yield ask


async def _line(dialect: Dialect, lookup: Lookup, few: Place, much: Place, many: int, effort: Effort) -> Line:
    name = lookup.what
    works = {"few": few.ours, "many": much.ours, "floor of few": few.floor, "floor of many": much.floor}
    found = await in_turns({key: work[name] for key, work in works.items()}, rounds=effort.rounds, times=_TIMES)
    took = {key: median(rounds) for key, rounds in found.items()}
    ratios = [theirs / mine for theirs, mine in zip(found["floor of many"], found["many"], strict=True)]
    growth = took["many"] / took["few"]
    return Line(
        f"a device among {many:,}, {name}",
        NAMES[dialect],
        floor=microseconds(took["floor of many"]),
        ours=microseconds(took["many"]),
        ratio=percent(median(ratios)),
        spread=spread(ratios),
        target=f"flat: at most {FLAT} × as among {FEW:,}",
        met=growth <= FLAT,
        note=f"{growth:.2f} × as among {FEW:,}, which took {microseconds(took['few'])}; "
        f"the floor {took['floor of many'] / took['floor of few']:.2f} ×",
    )
