"""`watchword user create` and `watchword user password`."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from tests.people import OTHER, OWNER, STRANGER
from tests.unit.cli.commands import Commands, is_refused, look
from watchword.administration.superusers import ADMINS
from watchword.clock import system_clock
from watchword.passwords import verify_password
from watchword.storage.events import list_events
from watchword.storage.groups import groups_of
from watchword.storage.sessions import create_session, sessions_of
from watchword.storage.users import User, find_user, update_user

NAME, PASSWORD = OWNER.username, OWNER.password
CREATE = ("user", "create", NAME)


def user(commands: Commands, name: str = NAME) -> User | None:
    return look(commands, find_user, username=name)


def made(commands: Commands, name: str = NAME) -> User:
    found = user(commands, name)
    assert found is not None
    return found


def groups(commands: Commands, name: str) -> list[str]:
    return [group.name for group in look(commands, groups_of, made(commands, name).id) if group.is_superuser]


def test_a_user_is_made_with_the_password_that_is_asked_for_twice_and_never_shown(commands: Commands) -> None:
    done = commands.run(*CREATE, "--name", "Olivia", "--email", "o@example.org", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0
    assert done.stdout.endswith(f"Created {NAME}.\n")
    assert PASSWORD not in done.output
    olivia = made(commands)
    assert (olivia.name, olivia.email, olivia.is_active) == ("Olivia", "o@example.org", True)
    assert verify_password(olivia.password_hash, PASSWORD)
    assert groups(commands, NAME) == []


def test_passwords_that_differ_are_asked_for_again(commands: Commands) -> None:
    done = commands.run(*CREATE, typed=f"{PASSWORD}\nanother one\n{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0
    assert verify_password(made(commands).password_hash, PASSWORD)


def test_without_a_password_nobody_is_made(commands: Commands) -> None:
    assert commands.run(*CREATE, typed="").exit_code != 0
    assert not (commands.data_dir / "watchword.db").exists()


def test_the_password_may_come_from_the_environment(commands: Commands) -> None:
    done = commands.run(*CREATE, user_password=PASSWORD)
    assert (done.exit_code, done.output) == (0, f"Created {NAME}.\n")
    assert verify_password(made(commands).password_hash, PASSWORD)


def test_an_administrator_is_made_where_that_is_asked_for(commands: Commands) -> None:
    for name, flags in ((NAME, ["--superuser"]), (OTHER.username, [])):
        assert commands.run("user", "create", name, *flags, "--password", PASSWORD).exit_code == 0
    assert groups(commands, NAME) == [ADMINS]
    assert groups(commands, OTHER.username) == []


@pytest.mark.parametrize("command", ["create", "password"])
def test_a_password_too_short_or_too_long_is_refused_before_anything_is_done(commands: Commands, command: str) -> None:
    for password, words in (("", "8 characters"), ("seven77", "8 characters"), ("x" * 1001, "1,000 characters")):
        assert is_refused(commands.run("user", command, NAME, "--password", password), words)
    assert not (commands.data_dir / "watchword.db").exists()


@pytest.mark.parametrize("name", ["", " ", " olivia", "olivia\n", "x" * 151])
def test_a_name_that_nobody_could_sign_in_with_is_refused(commands: Commands, name: str) -> None:
    assert is_refused(commands.run("user", "create", name, "--password", PASSWORD), "1 to 150 characters")


@pytest.mark.parametrize("name", [NAME, NAME.upper(), "ｏｌｉｖｉａ"])
def test_a_name_is_given_once_whatever_its_case(commands: Commands, name: str) -> None:
    commands.run(*CREATE, "--password", PASSWORD)
    before = made(commands)
    assert is_refused(commands.run("user", "create", name, "--superuser", "--password", "another password"), "taken")
    assert made(commands) == before
    assert groups(commands, NAME) == []


def test_a_password_is_replaced_and_that_is_in_the_audit_trail(commands: Commands) -> None:
    for person in (OWNER, OTHER):
        commands.run("user", "create", person.username, "--password", person.password)
    done = commands.run("user", "password", NAME, typed="a new password\na new password\n")
    assert done.exit_code == 0
    assert done.stdout.endswith(f"The password of {NAME} is set; all sessions are ended.\n")
    assert verify_password(made(commands).password_hash, "a new password")
    assert verify_password(made(commands, OTHER.username).password_hash, OTHER.password)
    events = [event for event in look(commands, list_events) if event.action == "password_set"]
    assert [event.username for event in events] == [NAME]
    assert "a new password" not in str(events)


def test_a_new_password_ends_the_sessions_of_its_user_and_of_nobody_else(commands: Commands) -> None:
    now = system_clock()
    for person in (OWNER, OTHER):
        commands.run("user", "create", person.username, "--password", person.password)
        some = {"token_hash": person.username, "now": now, "expires": now + timedelta(days=1)}
        look(commands, create_session, user_id=made(commands, person.username).id, **some)
    commands.run("user", "password", NAME, "--password", "a new password")
    assert look(commands, sessions_of, made(commands).id, now) == []
    assert len(look(commands, sessions_of, made(commands, OTHER.username).id, now)) == 1


def test_the_password_of_nobody_cannot_be_set(commands: Commands) -> None:
    commands.run(*CREATE, "--password", PASSWORD)
    for name in (STRANGER.username, NAME.upper(), "%"):
        assert is_refused(commands.run("user", "password", name, "--password", PASSWORD), f"There is no user {name}.")


def test_a_user_who_may_not_sign_in_keeps_being_one(commands: Commands) -> None:
    commands.run(*CREATE, "--password", PASSWORD)
    look(commands, _deactivate, made(commands).id)
    assert commands.run("user", "password", NAME, "--password", "a new password").exit_code == 0
    assert not made(commands).is_active


def _deactivate(conn: Connection, user_id: int) -> None:
    update_user(conn, user_id, is_active=False)
