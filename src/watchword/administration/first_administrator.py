"""The first administrator, made by whoever opens the link that `watchword serve` prints."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from sqlalchemy import Connection

from watchword.administration.superusers import ADMIN, welcome_administrator
from watchword.errors import FieldsInvalid, Forbidden, NotFound, UsernameTaken
from watchword.keyring import Keyring
from watchword.model.fields import described
from watchword.model.input import read_fields
from watchword.passwords import MAX_LENGTH, MIN_LENGTH
from watchword.storage.groups import is_superuser
from watchword.storage.start_link import drop_start_link, place_start_link, start_link_counts, take_start_link
from watchword.storage.statements import lock
from watchword.storage.users import User, can_be_administered, create_user, find_user, update_user

PATH = "/if/start/"
"""The token follows."""

LIFE = timedelta(days=1)

DIFFERENT = "The two passwords differ."
UNPRINTABLE = "A user name has no invisible characters."


class StartLinkRefused(NotFound):
    """This link does not count. Start the server again for a new one, or run “watchword user create --superuser”."""

    code = "start_link_refused"


class AlreadyAdministered(Forbidden):
    """This server has an administrator already, and this link no longer counts. Sign in instead."""

    code = "already_administered"


class FirstForm(msgspec.Struct, kw_only=True):
    """Who the first administrator is to be."""

    username: Annotated[str, described("User name", "What you type to sign in.", min_length=1, max_length=150)] = ADMIN
    password: Annotated[str, described("Password", verbatim=True, min_length=MIN_LENGTH, max_length=MAX_LENGTH)]


def hashed_link(keyring: Keyring, token: str) -> str:
    """Keyed: whoever reads the database alone cannot make a link that counts."""
    return keyring.digest("start-link", token)


def offer_link(conn: Connection, token_hash: str, now: datetime) -> bool:
    """The one before counts no more. False where somebody administers already: then none does."""
    if can_be_administered(conn):
        drop_start_link(conn)
        return False
    place_start_link(conn, token_hash, now + LIFE)
    return True


def require_link(conn: Connection, token_hash: str, now: datetime) -> None:
    """Raises `AlreadyAdministered` and `StartLinkRefused`."""
    refuse_administered(conn)
    if not start_link_counts(conn, token_hash, now):
        raise StartLinkRefused


def refuse_administered(conn: Connection) -> None:
    """Raises `AlreadyAdministered`."""
    if can_be_administered(conn):
        raise AlreadyAdministered


def read_first(given: Mapping[str, Any]) -> tuple[str, str]:
    """The user name and the password; raises `FieldsInvalid`."""
    values = read_fields(FirstForm, {name: given.get(name, "") for name in ("username", "password")})
    if not values["username"].isprintable():
        raise FieldsInvalid({"username": [UNPRINTABLE]})
    if values["password"] != given.get("again", ""):
        raise FieldsInvalid({"again": [DIFFERENT]})
    return values["username"], values["password"]


def make_first(
    conn: Connection, token_hash: str, *, username: str, password_hash: str, now: datetime, address: str
) -> User:
    """Of two requests at once the second is refused. Raises as `require_link`, and `FieldsInvalid`."""
    lock(conn, "superusers")
    refuse_administered(conn)
    if not take_start_link(conn, token_hash, now):
        raise StartLinkRefused
    user = _with_password(conn, username, password_hash, now)
    welcome_administrator(conn, user, way="the link printed at start", now=now, address=address)
    return user


def _with_password(conn: Connection, username: str, password_hash: str, now: datetime) -> User:
    """A superuser that was made without a password, by the settings for the API alone, gets this one."""
    found = find_user(conn, username=username)
    if found and found.is_active and found.password_hash is None and is_superuser(conn, found.id):
        return update_user(conn, found.id, password_hash=password_hash, password_changed=now, last_updated=now)
    try:
        return create_user(conn, username=username, now=now, password_hash=password_hash)
    except UsernameTaken as error:
        raise FieldsInvalid({"username": [error.message]}) from None
