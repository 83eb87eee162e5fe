"""What happened, read from the newest back: in pages that never overlap, a part at a time, by its indexes."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import dialect as postgresql

from benchmarks.explaining import listening
from tests.contract.databases.make import NOW, after, make_session, make_user
from watchword.storage import newest
from watchword.storage.database import Database
from watchword.storage.deliveries import count_some_deliveries, newest_deliveries, record_delivery
from watchword.storage.events import count_some_events, newest_events, write_event
from watchword.storage.listing import Condition
from watchword.storage.newest import SLACK, Sought, Stretch
from watchword.storage.sessions import count_some_sessions, newest_sessions

DAY = 86_400


@pytest.fixture
async def trail(database: Database) -> Database:
    """One event a day for ten days: of mia, but the last and every third of nobody."""

    def make(conn: Connection) -> None:
        mia = make_user(conn)
        for number in range(10):
            write_event(
                conn,
                action="login" if number % 2 else "logout",
                now=after(DAY * number),
                user=None if number % 3 == 0 else mia,
                message=f"number {number}",
                client_ip="192.0.2.7" if number < 5 else "2001:db8::7",
            )

    await database.run(make)
    return database


async def numbers(trail: Database, **sought: Any) -> list[int]:
    found = await trail.read(newest_events, Sought(**sought))
    return [int(event.message.removeprefix("number ")) for event in found.rows]


def being(column: str, value: object) -> dict[str, Any]:
    return {"conditions": (Condition(column, "is", value),)}


async def test_the_newest_come_first_and_pages_go_on_where_the_last_ended(trail: Database) -> None:
    pages, before = [], None
    while True:
        found: Stretch[Any] = await trail.read(newest_events, Sought(limit=4, before=before))
        pages.append([event.message[-1] for event in found.rows])
        if found.older is None:
            break
        before = found.older
    assert pages == [["9", "8", "7", "6"], ["5", "4", "3", "2"], ["1", "0"]]


async def test_what_comes_meanwhile_moves_no_page(trail: Database) -> None:
    first = await trail.read(newest_events, Sought(limit=4))
    await trail.run(write_event, action="login", now=after(DAY * 10), message="number 10")
    assert await numbers(trail, limit=4, before=first.older) == [5, 4, 3, 2]


async def test_a_last_page_that_is_full_leads_nowhere(trail: Database) -> None:
    found = await trail.read(newest_events, Sought(limit=10))
    assert (len(found.rows), found.older, found.cut) == (10, None, False)
    assert await trail.read(newest_events, Sought(before=1)) == Stretch([])


WANTED: list[tuple[dict[str, Any], list[int]]] = [
    (being("user_id", 1), [8, 7, 5, 4, 2, 1]),
    (being("action", "login"), [9, 7, 5, 3, 1]),
    (being("client_ip", "192.0.2.7"), [4, 3, 2, 1, 0]),
    (being("client_ip", "nowhere"), []),
    ({"terms": ("NUMBER 3",)}, [3]),
    ({"terms": ("login", "2001")}, [9, 7, 5]),
    ({"since": after(DAY * 8)}, [9, 8]),
    ({"until": after(DAY * 2)}, [1, 0]),
    ({"since": after(DAY * 3), "until": after(DAY * 5)}, [4, 3]),
    ({"since": after(DAY * 3 + 0.001), "until": after(DAY * 4 + 0.001)}, [4]),
    ({"since": after(DAY * 40)}, []),
    ({"until": after(-DAY * 40)}, []),
    ({"since": after(DAY * 5), "until": after(DAY * 3)}, []),
    ({"since": after(DAY * 4), "terms": ("login",)}, [9, 7, 5]),
    ({"before": 4, **being("action", "login")}, [1]),
    (being("user_id", 99), []),
]


async def test_what_was_sought_is_found_and_counted(trail: Database) -> None:
    for sought, expected in WANTED:
        assert await numbers(trail, **sought) == expected, sought
        counted = await trail.read(count_some_events, Sought(**sought))
        is_slow = "terms" in sought or "client_ip" in str(sought)
        assert counted == (None if is_slow else 5 if "before" in sought else len(expected)), sought


async def test_rows_written_while_a_clock_was_wrong_are_found_by_their_own_time(database: Database) -> None:
    moments = [0.0, DAY, DAY * 0.5, DAY * 2]
    for number, seconds in enumerate(moments):
        await database.run(write_event, action="login", now=after(seconds), message=f"number {number}")
    assert SLACK.total_seconds() >= DAY * 0.5
    assert await numbers(database, since=after(DAY * 0.4), until=after(DAY * 0.6)) == [2]
    assert await numbers(database, since=after(DAY * 0.9)) == [3, 1]
    assert await numbers(database, until=after(DAY * 0.9)) == [2, 0]


async def test_a_read_looks_at_so_many_and_says_where_it_ended(
    trail: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newest, "LOOKED_AT", 4)
    first = await trail.read(newest_events, Sought(terms=("number 3",)))
    assert (first.rows, first.older, first.cut) == ([], 7, True)
    second = await trail.read(newest_events, Sought(terms=("number 3",), before=first.older))
    assert ([event.message for event in second.rows], second.cut) == (["number 3"], True)
    last = await trail.read(newest_events, Sought(terms=("number 3",), before=second.older))
    assert last == Stretch([])


async def test_what_an_index_finds_is_not_looked_through(trail: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newest, "LOOKED_AT", 3)
    assert await numbers(trail, **being("action", "login")) == [9, 7, 5, 3, 1]
    # Of the rows of one user, not of all.
    assert await numbers(trail, terms=("number 5",), **being("user_id", 1)) == [5]
    found = await trail.read(newest_events, Sought(terms=("number 4",), **being("user_id", 1)))
    assert (found.rows, found.cut) == ([], True)


async def test_a_page_that_is_full_before_the_end_of_the_part_goes_on_after_its_last_row(
    trail: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newest, "LOOKED_AT", 8)
    found = await trail.read(newest_events, Sought(terms=("number",), limit=2))
    assert ([event.message[-1] for event in found.rows], found.cut) == (["9", "8"], False)
    assert found.older == found.rows[-1].id


async def test_more_than_enough_are_not_counted(trail: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newest, "COUNTED", 4)
    assert await trail.read(count_some_events, Sought()) == 5
    assert await trail.read(count_some_events, Sought(since=after(DAY * 7))) == 3


async def test_deliveries_are_found_by_what_providers_call_them(database: Database) -> None:
    for number in range(3):
        name = f"SM{number}"
        await database.run(
            record_delivery, now=after(number), gateway="demo", outcome="sent", user_id=number, provider_id=name
        )

    async def ids(**sought: Any) -> list[str | None]:
        found = await database.read(newest_deliveries, Sought(**sought))
        return [one.provider_id for one in found.rows]

    assert await ids() == ["SM2", "SM1", "SM0"]
    assert await ids(**being("provider_id", "SM1")) == ["SM1"]
    assert await ids(**being("user_id", 2)) == ["SM2"]
    assert await ids(**being("outcome", "failed")) == []
    assert await database.read(count_some_deliveries, Sought(**being("provider_id", "SM1"))) == 1
    assert await database.read(count_some_deliveries, Sought(**being("outcome", "sent"))) is None


async def test_sessions_are_those_of_people_who_are_signed_in(database: Database) -> None:
    def make(conn: Connection) -> None:
        mia, tom = make_user(conn, "mia"), make_user(conn, "tom")
        make_session(conn, "a", user_id=mia.id, user_agent="Firefox", address="192.0.2.7")
        make_session(conn, "anonymous", user_agent="Firefox")
        make_session(conn, "b", user_id=tom.id, expires=after(10))
        make_session(conn, "c", user_id=tom.id, data={"kept": "hidden"})

    async def tokens(now: float = 0, **sought: Any) -> list[str]:
        found = await database.read(newest_sessions, Sought(**sought), after(now))
        return [session.token_hash for session in found.rows]

    await database.run(make)
    assert await tokens() == ["c", "b", "a"]
    assert await tokens(10) == ["c", "a"]
    assert await tokens(**being("user_id", 2)) == ["c", "b"]
    assert await tokens(terms=("TOM",)) == ["c", "b"]
    assert await tokens(terms=("firefox", "mia")) == await tokens(terms=("192.0",)) == ["a"]
    assert await tokens(terms=("hidden",)) == await tokens(terms=("anonymous",)) == []
    assert await database.read(count_some_sessions, Sought(), after(10)) == 2
    assert await database.read(count_some_sessions, Sought(**being("user_id", 2)), NOW) == 2


LISTINGS: dict[str, Callable[[Connection], Any]] = {
    "events": lambda conn: newest_events(conn, Sought()),
    "events of a user": lambda conn: newest_events(conn, Sought(**being("user_id", 1))),
    "events of an action": lambda conn: newest_events(conn, Sought(**being("action", "login"))),
    "events of a day": lambda conn: newest_events(conn, Sought(since=NOW, until=after(DAY))),
    "events that say something": lambda conn: newest_events(conn, Sought(terms=("x",), since=NOW)),
    "count of events": lambda conn: count_some_events(conn, Sought()),
    "count of events of a day": lambda conn: count_some_events(conn, Sought(since=NOW, until=after(DAY))),
    "deliveries": lambda conn: newest_deliveries(conn, Sought()),
    "deliveries of a user": lambda conn: newest_deliveries(conn, Sought(**being("user_id", 1))),
    "deliveries of a day": lambda conn: newest_deliveries(conn, Sought(since=NOW, until=after(DAY))),
    "deliveries by outcome": lambda conn: newest_deliveries(conn, Sought(**being("outcome", "failed"))),
    "a delivery by its name": lambda conn: newest_deliveries(conn, Sought(**being("provider_id", "SM1"))),
    "count of deliveries": lambda conn: count_some_deliveries(conn, Sought()),
    "sessions": lambda conn: newest_sessions(conn, Sought(), NOW),
    "sessions of a user": lambda conn: newest_sessions(conn, Sought(**being("user_id", 1)), NOW),
    "count of sessions": lambda conn: count_some_sessions(conn, Sought(), NOW),
}


async def test_no_listing_reads_a_whole_table_or_sorts_one(database: Database) -> None:
    for name, listing in LISTINGS.items():
        plans = await database.run(_plans, listing)
        assert plans, name
        for plan in plans:
            assert not any(word in plan for word in ("Seq Scan", "Sort", "B-TREE")), (name, plan)
            # SQLite walks a table in the order of its ids without an index.
            assert any(word in plan for word in ("INDEX", "PRIMARY KEY", "SCAN", "Index")), (name, plan)


def _plans(conn: Connection, listing: Callable[[Connection], Any]) -> list[str]:
    """Of each statement; PostgreSQL is told that tables are long, for it would read short ones whole."""
    statements: list[tuple[str, Any]] = []

    is_postgresql = conn.dialect.name == postgresql.name
    if is_postgresql:
        conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        conn.exec_driver_sql("SET LOCAL enable_sort = off")
        conn.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
    with listening(conn, statements):
        listing(conn)
    explain = "EXPLAIN" if is_postgresql else "EXPLAIN QUERY PLAN"
    return [
        "\n".join(str(row[-1]) for row in conn.exec_driver_sql(f"{explain} {statement}", parameters))
        for statement, parameters in statements
    ]
