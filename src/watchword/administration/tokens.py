"""API tokens: keys are made from the server's key, so that only a hash is stored and a key can be shown again."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import uuid4

import msgspec
from sqlalchemy import Connection

from watchword.administration.author import Author
from watchword.administration.notes import Subject, note
from watchword.errors import FieldsInvalid, NameTaken, NotFound
from watchword.keyring import Keyring
from watchword.model.fields import described
from watchword.storage.tokens import Token, create_token, delete_token, get_token, update_token
from watchword.storage.users import get_user

LIFETIME = timedelta(days=1)
"""Of a token whose end is not given, as in authentik."""

TAKEN = "Token with this identifier already exists."
_PURPOSE = "api-token"
SET_BY_HAND = "This key was set by hand, and only its hash is kept. Set another one."


class TokenForm(msgspec.Struct, kw_only=True):
    """A key for programs. It says who calls, and may do what its user may do."""

    identifier: Annotated[
        str,
        described(
            "Identifier",
            "Its name in the API.",
            min_length=1,
            max_length=255,
            pattern=r"^[-a-zA-Z0-9_]+$",
            mismatch="Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
        ),
    ]
    intent: Annotated[Literal["api", "app_password"], described("For", "The API, or to sign in with.")] = "api"
    user: Annotated[int, described("User", "You, where it is left out. It never changes.")] | None = None
    description: Annotated[str, described("Description", "What it is for.", max_length=10_000)] = ""
    expires: Annotated[datetime, described("Expires", "A day from now, where it is left out.")] | None = None
    expiring: Annotated[bool, described("Expires at all", "For superusers to choose.")] = True


class KeyForm(msgspec.Struct, kw_only=True):
    """A key chosen by hand; a short one is guessed."""

    key: Annotated[str, described("Key", min_length=16, max_length=500)]


def derived_key(keyring: Keyring, pk: str) -> str:
    """64 hex digits. Whoever has the database alone can make none."""
    return keyring.digest(_PURPOSE, pk)


def hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def create(
    conn: Connection, keyring: Keyring, values: Mapping[str, Any], *, by: Author, superuser: bool, now: datetime
) -> Token:
    """Raises `FieldsInvalid`."""
    user_id = values.get("user") or by.user.id
    _check(values, by, superuser, user_id)
    if get_user(conn, user_id) is None:
        raise FieldsInvalid({"user": [f'Invalid pk "{user_id}" - object does not exist.']})
    expiring = values.get("expiring", True)
    expires = (values.get("expires") or now + LIFETIME) if expiring else None
    chosen = {field: values[field] for field in ("identifier", "intent", "description") if field in values}
    pk = str(uuid4())
    key = hashed(derived_key(keyring, pk))
    try:
        token = create_token(
            conn, pk=pk, user_id=user_id, key_hash=key, now=now, expires=expires, expiring=expiring, **chosen
        )
    except NameTaken:
        raise FieldsInvalid({"identifier": [TAKEN]}) from None
    note(conn, "model_created", _subject(token), by, now)
    return token


def change(
    conn: Connection, token: Token, values: Mapping[str, Any], *, by: Author, superuser: bool, now: datetime
) -> Token:
    """Raises `FieldsInvalid`."""
    _check(values, by, superuser, token.user_id)
    if values.get("user") not in (None, token.user_id):
        raise FieldsInvalid({"user": ["A token stays with its user."]})
    chosen = {field: value for field, value in values.items() if field != "user"}
    if chosen.get("expires", token.expires) is None and chosen.get("expiring", token.expiring):
        chosen["expires"] = now + LIFETIME
    try:
        after = update_token(conn, token.pk, **chosen)
    except NameTaken:
        raise FieldsInvalid({"identifier": [TAKEN]}) from None
    note(conn, "model_updated", _subject(after), by, now, sorted(chosen))
    return after


def remove(conn: Connection, token: Token, *, by: Author, now: datetime) -> None:
    delete_token(conn, token.identifier)
    note(conn, "model_deleted", _subject(token), by, now)


def view_key(conn: Connection, keyring: Keyring, token: Token, *, by: Author, now: datetime) -> str:
    """Raises `NotFound` for a key that was set by hand."""
    key = next((key for key in keyring.digests(_PURPOSE, token.pk) if hashed(key) == token.key_hash), None)
    if key is None:
        raise NotFound(SET_BY_HAND)
    note(conn, "secret_view", _subject(token), by, now)
    return key


def set_key(conn: Connection, token: Token, key: str, *, by: Author, now: datetime) -> None:
    """Raises `FieldsInvalid` for a key that another token has: that it has is not said."""
    try:
        update_token(conn, token.pk, key_hash=hashed(key))
    except NameTaken:
        raise FieldsInvalid({"key": ["This key cannot be used. Choose another one."]}) from None
    note(conn, "model_updated", _subject(token), by, now, ["key"])


def require_token(conn: Connection, identifier: str) -> Token:
    """Raises `NotFound`."""
    token = get_token(conn, identifier)
    if token is None:
        raise NotFound("No Token matches the given query.")
    return token


def _check(values: Mapping[str, Any], by: Author, superuser: bool, user_id: int) -> None:
    if superuser:
        return
    if user_id != by.user.id:
        raise FieldsInvalid({"user": ["You can make tokens for yourself only."]})
    if values.get("expiring") is False:
        raise FieldsInvalid({"expiring": ["Only superusers can make a token that never expires."]})


def _subject(token: Token) -> Subject:
    return Subject("authentik_core.token", "Token", token.pk, token.identifier)
