"""How a database is: which it is, whether it is whole, how much it holds, and whether it can be written."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, func, select, text

from watchword.storage.statements import insert_for
from watchword.storage.tables import events, executions, metadata, sessions, throttles


class SQLiteState(NamedTuple):
    """`journal` is "wal" where it should be, and "memory" for one that lives there."""

    version: str
    journal: str


class PostgreSQLState(NamedTuple):
    """`number` as 150004; `used` of `most` connections are taken, by whomever. `now` is the server's clock."""

    number: int
    version: str
    encoding: str
    used: int
    most: int
    read_only: bool
    now: datetime


class TableSize(NamedTuple):
    """`rows` are estimated where `exact` is false; `size` in bytes, None where the database does not say."""

    name: str
    rows: int
    exact: bool
    size: int | None


class Overdue(NamedTuple):
    """Rows that the housekeeping should have deleted by now."""

    sessions: int
    executions: int


PROOF = "health:written"
"""The key of the row."""


def ping(conn: Connection) -> None:
    conn.execute(text("SELECT 1"))


def prove_writing(conn: Connection, now: datetime) -> None:
    """By a row of its own, which nobody else locks, in a table that is swept."""
    written = insert_for(conn.dialect.name, throttles).values(key=PROOF, hits=[], expires=now + timedelta(days=1))
    conn.execute(written.on_conflict_do_update(index_elements=["key"], set_={"expires": written.excluded.expires}))


def sqlite_state(conn: Connection) -> SQLiteState:
    version, journal = _one(conn, "SELECT sqlite_version()"), _one(conn, "PRAGMA journal_mode")
    return SQLiteState(str(version), str(journal).lower())


def sqlite_damage(conn: Connection) -> str:
    """The first that SQLite finds wrong with the file, or ""; reads all of it."""
    found = str(_one(conn, "PRAGMA quick_check(1)"))
    return "" if found == "ok" else found


def postgresql_state(conn: Connection) -> PostgreSQLState:
    row = conn.execute(text(_STATE)).one()
    return PostgreSQLState(
        number=int(row.number),
        version=str(row.version).partition(" ")[0],
        encoding=str(row.encoding),
        used=int(row.used),
        most=int(row.most),
        read_only=bool(row.standby) or row.forbidden == "on",
        now=row.now,
    )


_STATE = """
SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS version,
    current_setting('server_encoding') AS encoding, (SELECT count(*) FROM pg_stat_activity
    WHERE backend_type = 'client backend') AS used, current_setting('max_connections') AS most,
    pg_is_in_recovery() AS standby, current_setting('default_transaction_read_only') AS forbidden,
    clock_timestamp() AS now
"""


def table_sizes(conn: Connection) -> list[TableSize]:
    """Of the tables that this version has and the database too; the largest first."""
    found = _postgresql_sizes(conn) if conn.dialect.name == "postgresql" else _sqlite_sizes(conn)
    return sorted(found, key=lambda table: (-(table.size or 0), -table.rows, table.name))


def _postgresql_sizes(conn: Connection) -> list[TableSize]:
    """By the statistics: counting would read all of it. They know nothing (-1) of a table that was never analysed."""
    rows = conn.execute(
        text(
            "SELECT c.relname AS name, c.reltuples AS estimate, s.n_live_tup AS live, "
            "pg_total_relation_size(c.oid) AS size FROM pg_class c JOIN pg_stat_user_tables s ON s.relid = c.oid "
            "WHERE s.schemaname = current_schema()"
        )
    )
    return [
        TableSize(row.name, max(int(row.estimate), int(row.live), 0), False, int(row.size))
        for row in rows
        if row.name in metadata.tables
    ]


def _sqlite_sizes(conn: Connection) -> list[TableSize]:
    there = {name for (name,) in conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))}
    return [
        TableSize(table.name, int(conn.execute(select(func.count()).select_from(table)).scalar_one()), True, None)
        for table in metadata.sorted_tables
        if table.name in there
    ]


def overdue(conn: Connection, before: datetime, most: int) -> Overdue:
    """What expired before that moment and is still there; counted up to `most`."""
    counts = [
        select(func.count()).select_from(select(table.c.id).where(table.c.expires < before).limit(most).subquery())
        for table in (sessions, executions)
    ]
    return Overdue(*(int(conn.execute(count).scalar_one()) for count in counts))


def newest_event(conn: Connection) -> datetime | None:
    """When the newest event was written, by the clock of whoever wrote it."""
    latest: datetime | None = conn.execute(select(func.max(events.c.created))).scalar()
    return latest


def _one(conn: Connection, query: str) -> object:
    return conn.execute(text(query)).scalar_one()
