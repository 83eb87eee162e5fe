"""Addresses of databases."""

import os
from pathlib import Path

import pytest

from watchword.errors import SettingsInvalid
from watchword.storage.urls import dialect_of, file_of, is_there, read_url


@pytest.mark.parametrize(
    ("text", "dialect", "database"),
    [
        ("sqlite://", "sqlite", None),
        ("sqlite:///:memory:", "sqlite", ":memory:"),
        ("sqlite:///data/watchword.db", "sqlite", "data/watchword.db"),
        ("sqlite:////var/lib/watchword.db", "sqlite", "/var/lib/watchword.db"),
        ("postgresql://mia:secret@db:5433/watchword", "postgresql", "watchword"),
        ("postgres://mia:secret@db/watchword", "postgresql", "watchword"),
        ("postgresql+psycopg://mia@db/watchword", "postgresql", "watchword"),
    ],
)
def test_every_spelling_is_read(text: str, dialect: str, database: str | None) -> None:
    url = read_url(text)
    assert dialect_of(url) == dialect
    assert url.database == database
    assert url.drivername == {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}[dialect]


def test_the_rest_of_an_address_is_kept() -> None:
    url = read_url("postgres://mia:p%40ss@db:5433/watchword?sslmode=require")
    assert (url.username, url.password, url.host, url.port) == ("mia", "p@ss", "db", 5433)
    assert url.query == {"sslmode": "require"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "watchword.db",
        "mysql://mia:s3cret@db/watchword",
        "postgresql+asyncpg://mia:s3cret@db/watchword",
        "sqlite+aiosqlite:///x.db",
        "sqlite://data/watchword.db",
        "postgresql://mia:s3cret@db:port/watchword",
        "://s3cret",
    ],
)
def test_others_are_refused_without_repeating_a_password(text: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        read_url(text)
    assert "s3cret" not in caught.value.message
    assert "WATCHWORD_DATABASE_URL" in caught.value.message
    assert caught.value.__suppress_context__


def test_only_a_file_has_a_path() -> None:
    assert file_of("sqlite:///data/watchword.db") == Path("data/watchword.db")
    assert file_of("sqlite:////var/watchword.db") == Path("/var/watchword.db")
    for elsewhere in ("sqlite://", "sqlite:///:memory:", "postgresql://db/sms"):
        assert file_of(elsewhere) is None, elsewhere


def test_what_may_not_be_looked_at_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").touch()
    assert is_there(tmp_path / "here")
    assert not is_there(tmp_path / "gone")

    def forbidden(*_: object, **__: object) -> object:
        raise PermissionError

    monkeypatch.setattr(os, "stat", forbidden)
    assert not is_there(tmp_path / "here")
