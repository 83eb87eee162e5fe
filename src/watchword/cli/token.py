"""`watchword token create|list|delete`."""

from datetime import datetime, timedelta
from pathlib import Path

import rich_click as click
from sqlalchemy import Connection

from watchword.administration import tokens as deeds
from watchword.administration.author import Author
from watchword.administration.tokens import TokenForm, derived_key, require_token
from watchword.cli.common import data_dir_option, read_settings, told, with_database
from watchword.clock import system_clock
from watchword.errors import FieldsInvalid, Invalid, NotFound
from watchword.model.input import read_fields
from watchword.storage.tokens import Token, list_tokens
from watchword.storage.users import User, find_user, get_user


@click.group()
def token() -> None:
    """Keys for programs that call the API."""


@token.command("create")
@click.argument("username")
@click.argument("identifier")
@click.option("--description", default="", help="What it is for.")
@click.option("--days", type=click.IntRange(min=1, max=36_500), help="When it expires; for good where it is left out.")
@data_dir_option
@told
def create(username: str, identifier: str, description: str, days: int | None, data_dir: Path | None) -> None:
    """Create a token of a user's, and print its key."""
    settings = read_settings(data_dir)
    keyring, now = settings.make_keyring(), system_clock()
    expires = now + timedelta(days=days) if days else None
    given = {"identifier": identifier, "description": description, "expiring": days is not None}

    def make(conn: Connection) -> str:
        user = _user(conn, username)
        values = {**read_fields(TokenForm, given), "expires": expires, "user": user.id}
        made = deeds.create(conn, keyring, values, by=Author(user), superuser=True, now=now)
        return derived_key(keyring, made.pk)

    try:
        key = with_database(settings, lambda database: database.run(make))
    except FieldsInvalid as error:
        raise Invalid(" ".join(f"{field}: {' '.join(said)}" for field, said in error.errors.items())) from None
    click.echo(key)


@token.command("list")
@click.argument("username", required=False)
@data_dir_option
@told
def list_of_tokens(username: str | None, data_dir: Path | None) -> None:
    """List a user's tokens, or all, without their keys."""

    def find(conn: Connection) -> list[tuple[Token, User]]:
        user_id = _user(conn, username).id if username else None
        return [_with_owner(conn, one.identifier) for one in list_tokens(conn, user_id=user_id)]

    for one, owner in with_database(read_settings(data_dir), lambda database: database.read(find)):
        state = _state(one, system_clock())
        click.echo(f"{one.identifier:<32} {owner.username:<20} {state:<28} {one.description}".rstrip())


@token.command("delete")
@click.argument("identifier")
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_dir_option
@told
def delete(identifier: str, yes: bool, data_dir: Path | None) -> None:
    """Delete a token: its key counts no more."""
    settings = read_settings(data_dir)
    _, owner = with_database(settings, lambda database: database.read(_with_owner, identifier))
    if not yes:
        asked = f"Delete {identifier}, a token of {owner.username}? Its key counts no more, and cannot be had back."
        click.confirm(asked, abort=True)

    def work(conn: Connection) -> None:
        found, owner = _with_owner(conn, identifier)
        deeds.remove(conn, found, by=Author(owner), now=system_clock())

    with_database(settings, lambda database: database.run(work))
    click.echo(f"Deleted {identifier}.")


def _with_owner(conn: Connection, identifier: str) -> tuple[Token, User]:
    """Raises `NotFound`."""
    found = require_token(conn, identifier)
    owner = get_user(conn, found.user_id)
    if owner is None:
        raise NotFound
    return found, owner


def _user(conn: Connection, username: str) -> User:
    found = find_user(conn, username=username)
    if found is None:
        raise NotFound(f"There is no user {username}.")
    return found


def _state(one: Token, now: datetime) -> str:
    if not one.expiring or one.expires is None:
        return "never expires"
    return ("expired " if one.expires <= now else "expires ") + f"{one.expires:%Y-%m-%d %H:%M} UTC"
