"""A server that starts before its database: it waits where waiting can help, and says what for."""

import importlib

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from watchword.errors import DatabaseUnavailable
from watchword.storage.causes import cause_of

MODULE = importlib.import_module("watchword.cli.waiting")
URL = "postgresql://db.example.org/watchword"


class Database:
    """Answers at the try after as many failures, each with these words."""

    def __init__(self, said: str, failures: int) -> None:
        self.said, self.left, self.tries = said, failures, 0

    def reach(self, _url: str) -> None:
        self.tries += 1
        if self.left:
            self.left -= 1
            raise DatabaseUnavailable from OperationalError("SELECT 1", {}, psycopg.OperationalError(self.said))


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MODULE, "_PAUSE_SECONDS", 0.0)


def wait(monkeypatch: pytest.MonkeyPatch, database: Database, url: str = URL, **named: float) -> None:
    monkeypatch.setattr(MODULE, "reach", database.reach)
    MODULE.wait_for_database(url, **named)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Connection refused", "nothing listens at its address"),
        ("FATAL: the database system is starting up", "it is just starting, or stopping"),
        ("sorry, too many clients already", "it has no connection left"),
    ],
)
def test_it_waits_for_what_passes_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], said: str, why: str
) -> None:
    database = Database(said, 12)
    wait(monkeypatch, database)
    assert database.tries == 13
    assert capsys.readouterr().err == f"Waiting for the database: {why}.\n" * 2


def test_it_does_not_wait_where_that_cannot_help(monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database('FATAL: password authentication failed for user "x"', 100)
    with pytest.raises(DatabaseUnavailable) as caught:
        wait(monkeypatch, database)
    assert (database.tries, cause_of(caught.value)) == (1, "password")


def test_at_last_it_gives_up_with_the_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"nothing listens at its address\. See that it runs") as caught:
        wait(monkeypatch, Database("Connection refused", 10_000_000), patience=0.05)
    assert "db.example.org" not in caught.value.message


def test_an_embedded_database_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database("Connection refused", 1)
    wait(monkeypatch, database, "sqlite:///x.db")
    assert database.tries == 0
