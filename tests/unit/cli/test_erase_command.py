"""`watchword user erase`: asks, proves what it did, and leaves nothing in the file either."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tests.people import OTHER, OWNER, STRANGER
from tests.unit.cli.commands import Commands, is_refused, look
from watchword.administration.superusers import make_administrator
from watchword.cli import erase as module
from watchword.clock import system_clock
from watchword.storage.deliveries import record_delivery
from watchword.storage.devices import create_device
from watchword.storage.events import list_events, write_event
from watchword.storage.tables import config_objects
from watchword.storage.users import User, create_user, find_user

EMAIL, MASKED, HASH = f"{OWNER.username}@example.org", "+49 ••• ••13", "ab" * 32
ERASE = ("user", "erase", OWNER.username)


def furnish(conn: Connection) -> User:
    """Much, so that the pages of the file are split and joined."""
    now = system_clock()
    owner = create_user(conn, username=OWNER.username, email=EMAIL, now=now, name="Olivia Example")
    make_administrator(conn, create_user(conn, username=OTHER.username, now=now))
    create_device(
        conn,
        user_id=owner.id,
        stage_pk="s",
        phone_number=OWNER.number,
        number_key=HASH,
        key_id="k",
        masked=MASKED,
        hashed=False,
        confirmed=True,
        max_devices=0,
        now=now,
    )
    for number in range(300):
        moment = now - timedelta(minutes=number)
        context = {"by": OWNER.username, "n": "x" * (number * 7 % 900), "address": EMAIL}
        write_event(conn, action="login", now=moment, user=owner, message=f"{EMAIL} {number}", context=context)
        record_delivery(conn, now=moment, gateway="twilio", outcome="sent", masked=MASKED, user_id=owner.id)
    return owner


@pytest.fixture
def owner(commands: Commands) -> User:
    commands.run("migrate")
    return look(commands, furnish)


def bytes_of(data_dir: Path) -> bytes:
    return b"".join(file.read_bytes() for file in data_dir.iterdir() if file.name != "secret_key")


def test_an_erased_person_stands_in_neither_the_file_nor_its_log(commands: Commands, owner: User) -> None:
    traces = [text.encode() for text in (OWNER.username, EMAIL, OWNER.number, MASKED, HASH, owner.uuid)]
    assert [trace in bytes_of(commands.data_dir) for trace in traces] == [True] * 6
    done = commands.run(*ERASE, "--yes")
    assert done.exit_code == 0, done.output
    assert [trace in bytes_of(commands.data_dir) for trace in traces] == [False] * 6


def test_it_says_what_went_and_what_it_proved(commands: Commands, owner: User) -> None:
    lines = commands.run(*ERASE, "--yes").stdout.splitlines()
    assert "Removed        1 row of sms_device" in lines
    assert "Removed        1 row of users" in lines
    assert "Cleaned      300 rows of delivery" in lines
    assert "Cleaned      300 rows of event" in lines
    assert "Searched every text of every table for name, addresses, uuid and numbers: nothing found." in lines
    assert "Searched the bytes of the database file and its log: nothing found." in lines
    assert lines[-1].startswith("Backups that were made before still hold")
    assert look(commands, find_user, username=OWNER.username) is None
    assert look(commands, list_events, limit=1)[0].context == {"by": "watchword user erase"}


def test_it_says_nothing_that_names_the_person_afterwards(commands: Commands, owner: User) -> None:
    assert OWNER.username not in commands.run(*ERASE, "--yes").output.lower()


def test_it_asks_first(commands: Commands, owner: User) -> None:
    before = bytes_of(commands.data_dir)
    asked = commands.run(*ERASE, typed="n\n")
    assert asked.exit_code == 1
    assert "cannot be undone" in asked.output
    assert bytes_of(commands.data_dir) == before
    assert commands.run(*ERASE, typed="y\n").exit_code == 0


def test_a_stranger_and_the_last_administrator_are_refused_without_a_question(commands: Commands, owner: User) -> None:
    assert is_refused(commands.run("user", "erase", STRANGER.username), "There is no user sam")
    assert is_refused(commands.run("user", "erase", OTHER.username, "--yes"), "no active superuser")
    assert look(commands, find_user, username=OTHER.username)


def test_what_is_left_is_said_and_is_a_failure(commands: Commands, owner: User) -> None:
    values = {"pk": "p", "model": "policy", "document": {"expression": f"return {EMAIL!r}"}}
    look(commands, lambda conn: conn.execute(config_objects.insert().values(values)) and None)
    done = commands.run(*ERASE, "--yes")
    assert done.exit_code == 1
    assert "still stands in config_object.document (1)" in done.stderr
    assert EMAIL not in done.output
    assert "nothing found" not in done.stdout


def test_where_old_pages_hold_something_the_file_is_written_anew(
    commands: Commands, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after years without `secret_delete`."""
    rewritten: list[Path] = []
    monkeypatch.setattr(module, "rewrite", rewritten.append)
    monkeypatch.setattr(module, "holds", lambda _file, _texts: not rewritten)
    assert commands.run(*ERASE, "--yes").exit_code == 0
    assert rewritten == [commands.data_dir / "watchword.db"]


def test_where_that_does_not_help_it_says_so(commands: Commands, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "holds", lambda _file, _texts: True)
    done = commands.run(*ERASE, "--yes")
    assert done.exit_code == 1
    assert "still holds traces in its free pages" in done.stderr
