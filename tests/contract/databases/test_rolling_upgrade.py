"""The version before goes on serving on the schema of this one: what it says to the database is still understood.

The version before is not installed here. What it knew is its schema: tables are reflected from a database at the
revision before the newest, and everything is written and read by statements made of these.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, NullPool, Table, create_engine, delete, insert, inspect, select
from sqlalchemy.types import NullType

from tests.contract.databases.make import (
    make_code,
    make_device,
    make_execution,
    make_session,
    make_user,
)
from watchword.storage import migrate as module
from watchword.storage.install import set_fact_once
from watchword.storage.migrate import migrate
from watchword.storage.schema import changing
from watchword.storage.sqlite import sqlite_engine
from watchword.storage.urls import dialect_of, read_url

_SCRIPTS = ScriptDirectory.from_config(module._config())
NEWEST = _SCRIPTS.get_revision("heads").revision
BEFORE = str(_SCRIPTS.get_revision(NEWEST).down_revision)


@contextmanager
def connected(url: str) -> Iterator[Engine]:
    address = read_url(url)
    engine = sqlite_engine(address) if dialect_of(address) == "sqlite" else create_engine(address, poolclass=NullPool)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    """At the revision before the newest."""
    with changing(empty_url) as conn:
        command.upgrade(module._config(conn), BEFORE)
    with connected(empty_url) as engine:
        yield engine


@pytest.fixture
def known(engine: Engine) -> MetaData:
    """What the version before knows."""
    return reflected(engine)


def reflected(engine: Engine) -> MetaData:
    found = MetaData()
    with engine.begin() as conn:
        found.reflect(conn)
    found.remove(found.tables["alembic_version"])
    return found


def uniques(engine: Engine, table: str) -> set[tuple[str, ...]]:
    with engine.begin() as conn:
        found = inspect(conn)
        made = [list(constraint["column_names"]) for constraint in found.get_unique_constraints(table)]
        made += [[str(name) for name in index["column_names"]] for index in found.get_indexes(table) if index["unique"]]
    return {tuple(str(name) for name in names) for names in made}


def test_the_newest_migration_only_adds(engine: Engine, known: MetaData, empty_url: str) -> None:
    before = {name: uniques(engine, name) for name in known.tables}
    assert migrate(empty_url) == [NEWEST]
    now = reflected(engine)
    assert known.tables.keys() <= now.tables.keys()
    for name, table in known.tables.items():
        for column in table.columns:
            there = now.tables[name].columns[column.name]
            assert (repr(there.type), there.nullable) == (repr(column.type), column.nullable), (name, column.name)
        for added in set(now.tables[name].columns.keys()) - set(table.columns.keys()):
            column = now.tables[name].columns[added]
            assert column.nullable or column.server_default is not None, f"{name}.{added}: it would have to be given"
        assert uniques(engine, name) <= before[name], f"{name}: what was allowed would be refused"


def lived_in(conn: Connection) -> None:
    """As this version leaves it."""
    user = make_user(conn)
    session = make_session(conn, user_id=user.id)
    make_execution(conn, session.id)
    make_device(conn, user.id)
    make_code(conn)
    set_fact_once(conn, "place", "Kiel")


def rows(conn: Connection, table: Table) -> list[dict[str, Any]]:
    return [dict(row) for row in conn.execute(select(table)).mappings()]


def test_what_the_version_before_writes_and_reads_is_understood(
    engine: Engine, known: MetaData, empty_url: str
) -> None:
    migrate(empty_url)
    with engine.begin() as conn:
        lived_in(conn)
    with engine.begin() as conn:
        held = {table.name: rows(conn, table) for table in known.sorted_tables}
        assert {"users", "session", "execution", "sms_device", "code"} <= {name for name in held if held[name]}
        assert not any(isinstance(column.type, NullType) for table in known.sorted_tables for column in table.columns)
        for table in reversed(known.sorted_tables):
            conn.execute(delete(table))
        for table in known.sorted_tables:
            for row in held[table.name]:
                conn.execute(insert(table).values(row))
        assert {table.name: rows(conn, table) for table in known.sorted_tables} == held


def test_the_version_before_goes_on_writing_while_the_database_is_migrated(
    engine: Engine, known: MetaData, empty_url: str
) -> None:
    table, written, stop = known.tables["fact"], list[str](), threading.Event()

    def write() -> None:
        with connected(empty_url) as mine:
            while not stop.is_set() or len(written) < 20:
                key = f"fact {len(written)}"
                with mine.begin() as conn:
                    conn.execute(insert(table).values(key=key, value="x"))
                written.append(key)
                with mine.begin() as conn:
                    assert conn.execute(select(table.c.value).where(table.c.key == key)).scalar() == "x"

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert migrate(empty_url) == [NEWEST]
    finally:
        stop.set()
        writer.join(60)
    with engine.begin() as conn:
        assert set(conn.execute(select(table.c.key)).scalars()) == set(written)
    assert len(written) >= 20
