"""Engines for filling databases: nothing looks up whether references hold."""

from typing import Any

from sqlalchemy import Engine, create_engine, event

from watchword.storage.sqlite import sqlite_engine
from watchword.storage.urls import dialect_of, read_url


def filling_engine(url: str) -> Engine:
    address = read_url(url)
    return sqlite_engine(address, foreign_keys=False) if dialect_of(address) == "sqlite" else create_engine(address)


def careless_engine(url: str) -> Engine:
    """The same for millions of rows, which SQLite's journal would hold a second time: nothing can be rolled back."""
    engine = create_engine(read_url(url))

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        if engine.dialect.name == "sqlite":
            connection.execute("PRAGMA journal_mode = OFF").close()

    return engine
