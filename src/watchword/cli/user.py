"""`watchword user create` and `watchword user password`."""

from pathlib import Path

import rich_click as click
from sqlalchemy import Connection

from watchword.administration.superusers import welcome_administrator
from watchword.cli.common import PASSWORD_VARIABLE, data_dir_option, read_settings, told, with_database
from watchword.clock import system_clock
from watchword.errors import Invalid, NotFound
from watchword.passwords import MIN_LENGTH, hash_password
from watchword.storage.database import Database
from watchword.storage.events import write_event
from watchword.storage.sessions import end_sessions_of
from watchword.storage.users import create_user, find_user, get_user, update_user

_password_option = click.option(
    "--password",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    envvar=PASSWORD_VARIABLE,
    help="Asked for where it is left out.",
)

MAX_NAME = 150


@click.group()
def user() -> None:
    """People who can sign in."""


@user.command("create")
@click.argument("username")
@click.option("--name", default="", help="What people call him or her.")
@click.option("--email", default="")
@click.option("--superuser", is_flag=True, help="An administrator.")
@_password_option
@data_dir_option
@told
def create(username: str, name: str, email: str, superuser: bool, password: str, data_dir: Path | None) -> None:
    """Create a user."""
    if not 0 < len(username) <= MAX_NAME or username != username.strip():
        raise Invalid(f"A user name has 1 to {MAX_NAME} characters, and no blank at either end.")
    hashed = _hashed(password)

    def make(conn: Connection) -> None:
        now = system_clock()
        made = create_user(conn, username=username, now=now, name=name, email=email, password_hash=hashed)
        if superuser:
            welcome_administrator(conn, made, way="a command", now=now)

    with_database(read_settings(data_dir), lambda database: database.run(make))
    click.echo(f"Created {username}.")


@user.command("password")
@click.argument("username")
@_password_option
@data_dir_option
@told
def set_password(username: str, password: str, data_dir: Path | None) -> None:
    """Set a user's password, and end his sessions."""
    hashed = _hashed(password)

    async def work(database: Database) -> None:
        found = await database.read(find_user, username=username)
        if found is None:
            raise NotFound(f"There is no user {username}.")
        await database.run(_replace_password, found.id, hashed)

    with_database(read_settings(data_dir), work)
    click.echo(f"The password of {username} is set; all sessions are ended.")


def _hashed(password: str) -> str:
    if len(password) < MIN_LENGTH:
        raise Invalid(f"A password has {MIN_LENGTH} characters at least.")
    return hash_password(password)


def _replace_password(conn: Connection, user_id: int, hashed: str) -> None:
    now = system_clock()
    update_user(conn, user_id, password_hash=hashed, password_changed=now, last_updated=now)
    end_sessions_of(conn, user_id)
    write_event(conn, action="password_set", now=now, user=get_user(conn, user_id))
