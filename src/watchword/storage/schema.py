"""The schema that this version of the program works on, without Alembic where nothing is to be changed step by step."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    NullPool,
    PrimaryKeyConstraint,
    String,
    Table,
    create_engine,
    inspect,
    select,
)

from watchword.storage.failures import translated
from watchword.storage.sqlite import sqlite_engine
from watchword.storage.statements import lock
from watchword.storage.tables import metadata
from watchword.storage.urls import dialect_of, read_url

HEAD = "0006"
"""The newest revision in `migrations/versions`."""

_PATIENCE_MS = 60_000

_version = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""As Alembic makes it."""


def bring_up(url: str) -> None:
    """What `migrate` does. An empty database gets all tables at once, and one that is as it should be is left: neither
    needs Alembic, which takes a sixth of the time that a server may take to start. Raises `DatabaseUnavailable`.
    """
    with changing(url) as conn:
        lock_schema(conn)
        if is_current(conn):
            return
        if not inspect(conn).get_table_names():
            lay_out(conn)
            return
    from watchword.storage.migrate import migrate

    migrate(url)


def reach(url: str) -> None:
    """Raises `DatabaseUnavailable` where it cannot be reached."""
    with changing(url):
        pass


def is_current(conn: Connection) -> bool:
    """Whether the database stands at `HEAD`, and nowhere else."""
    return inspect(conn).has_table(_version.name) and conn.scalars(select(_version.c.version_num)).all() == [HEAD]


def missing(conn: Connection) -> list[str]:
    """The revisions that `bring_up` would apply; none where the database is newer than the program."""
    if is_current(conn):
        return []
    from watchword.storage import migrate

    return migrate.missing(conn)


def unknown(conn: Connection) -> list[str]:
    """The revisions at which the database stands, and which this version of the program has not."""
    if is_current(conn):
        return []
    from watchword.storage import migrate

    return migrate.unknown(conn)


def lay_out(conn: Connection) -> None:
    """As all migrations, one after the other, would leave an empty database; a test compares."""
    metadata.create_all(conn)
    _version.create(conn)
    conn.execute(_version.insert().values(version_num=HEAD))


def lock_schema(conn: Connection) -> None:
    lock(conn, "migrations")


@contextmanager
def changing(url: str) -> Iterator[Connection]:
    """A transaction without the time limits of everyday work: building an index may take its time."""
    address = read_url(url)
    if dialect_of(address) == "sqlite":
        engine = sqlite_engine(address, foreign_keys=False, busy_ms=_PATIENCE_MS)
    else:
        engine = create_engine(address, poolclass=NullPool, hide_parameters=True, connect_args={"connect_timeout": 5})
    try:
        with translated(), engine.begin() as conn:
            yield conn
    finally:
        engine.dispose()
