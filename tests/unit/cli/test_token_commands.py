"""`watchword token create`, `list` and `delete`: a key is shown once, and never again."""

import hashlib
from datetime import timedelta

import pytest

from tests.people import OTHER, OWNER
from tests.unit.cli.commands import Commands, is_refused, look
from watchword.clock import system_clock
from watchword.storage.events import list_events
from watchword.storage.tokens import Token, find_token, get_token

CREATE = ("token", "create", OWNER.username)


@pytest.fixture(autouse=True)
def people(commands: Commands) -> None:
    for person in (OWNER, OTHER):
        made = commands.run("user", "create", person.username, typed=f"{person.password}\n" * 2)
        assert made.exit_code == 0, made.output


def token(commands: Commands, identifier: str) -> Token:
    found = look(commands, get_token, identifier)
    assert found is not None
    return found


def create(commands: Commands, identifier: str, *options: str, username: str = OWNER.username) -> str:
    """The key."""
    done = commands.run("token", "create", username, identifier, *options)
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


def finds(commands: Commands, key: str, after: timedelta = timedelta()) -> Token | None:
    return look(commands, find_token, hashlib.sha256(key.encode()).hexdigest(), system_clock() + after)


def test_a_token_is_made_and_only_its_key_is_printed(commands: Commands) -> None:
    key = create(commands, "ci", "--description", "For CI")
    assert len(key) == 64
    made = token(commands, "ci")
    assert (made.description, made.intent, made.expiring, made.expires) == ("For CI", "api", False, None)
    assert key not in repr(made)
    assert finds(commands, key) == made
    assert create(commands, "other") != key


def test_a_token_for_some_days_ends_with_them(commands: Commands) -> None:
    key = create(commands, "ci", "--days", "3")
    assert finds(commands, key, timedelta(days=2, hours=23)) is not None
    assert finds(commands, key, timedelta(days=3, minutes=1)) is None


def test_what_cannot_be_a_token_is_refused_in_one_sentence(commands: Commands) -> None:
    create(commands, "ci")
    assert is_refused(commands.run(*CREATE, "ci"), "identifier: Token with this identifier already exists.")
    assert is_refused(commands.run(*CREATE, "not a slug"), "identifier: Enter a valid")
    assert is_refused(commands.run("token", "create", "nobody", "x"), "There is no user nobody.")
    assert commands.run(*CREATE, "x", "--days", "0").exit_code == 2
    assert look(commands, get_token, "x") is None


def test_a_list_tells_whose_they_are_and_when_they_end_and_no_key(commands: Commands) -> None:
    keys = [create(commands, "mine"), create(commands, "theirs", "--days", "9", username=OTHER.username)]
    mine, theirs = commands.run("token", "list").stdout.splitlines()
    assert mine.split() == ["mine", OWNER.username, "never", "expires"]
    assert theirs.split()[:3] == ["theirs", OTHER.username, "expires"]
    assert f"{token(commands, 'theirs').expires:%Y-%m-%d %H:%M} UTC" in theirs
    assert [line.split()[0] for line in commands.run("token", "list", OTHER.username).stdout.splitlines()] == ["theirs"]
    assert not [key for key in keys if key in commands.run("token", "list").output]
    assert is_refused(commands.run("token", "list", "nobody"), "There is no user nobody.")


def test_deleting_asks_and_ends_the_key(commands: Commands) -> None:
    key, kept = create(commands, "ci"), create(commands, "kept")
    no = commands.run("token", "delete", "ci", typed="n\n")
    assert no.exit_code == 1
    assert f"Delete ci, a token of {OWNER.username}?" in no.output
    assert finds(commands, key) is not None
    assert commands.run("token", "delete", "ci", typed="y\n").stdout.endswith("Deleted ci.\n")
    assert finds(commands, key) is None
    assert finds(commands, kept) is not None


def test_deleting_need_not_ask(commands: Commands) -> None:
    create(commands, "ci")
    assert commands.run("token", "delete", "ci", "--yes").stdout == "Deleted ci.\n"
    assert is_refused(commands.run("token", "delete", "ci"), "No Token matches the given query.")


def test_what_was_done_is_in_the_audit_trail_without_the_key(commands: Commands) -> None:
    key = create(commands, "ci")
    commands.run("token", "delete", "ci", "--yes")
    told = [event for event in look(commands, list_events) if event.context.get("model", {}).get("name") == "ci"]
    assert sorted(event.action for event in told) == ["model_created", "model_deleted"]
    assert key not in repr(told)
    assert {event.username for event in told} == {OWNER.username}
