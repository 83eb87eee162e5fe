"""API tokens; of the key itself only a hash is kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, delete, or_, select, update

from watchword.errors import NameTaken, NotFound
from watchword.storage.listing import Wanted, page_of
from watchword.storage.rows import Row, columns, every, first, pick
from watchword.storage.statements import constraints_mean, insert_into
from watchword.storage.tables import tokens, users
from watchword.storage.user_lists import matching


class Token(Row, frozen=True, kw_only=True):
    """Valid until `expires` where it is `expiring`, else for good."""

    pk: str
    identifier: str
    user_id: int
    intent: str
    description: str = ""
    key_hash: str
    expires: datetime | None = None
    expiring: bool = True
    created: datetime
    last_used: datetime | None = None


def create_token(
    conn: Connection,
    *,
    identifier: str,
    user_id: int,
    key_hash: str,
    now: datetime,
    intent: str = "api",
    description: str = "",
    expires: datetime | None = None,
    expiring: bool = True,
    replace: bool = False,
    pk: str | None = None,
) -> Token:
    """With `replace`, takes the place of this user's token of that name, if there is one.

    Raises `NameTaken` for an identifier, or a key, that another token has, and `NotFound` for the user.
    """
    if conn.execute(select(users.c.id).where(users.c.id == user_id)).first() is None:
        raise NotFound
    values = {
        "intent": intent,
        "description": description,
        "key_hash": key_hash,
        "expires": expires,
        "expiring": expiring,
        "created": now,
        "last_used": None,
    }
    creating = insert_into(conn, tokens).values(pk=pk or str(uuid4()), identifier=identifier, user_id=user_id, **values)
    if replace:
        own = tokens.c.user_id == user_id
        creating = creating.on_conflict_do_update(index_elements=["identifier"], set_=values, where=own)
    with constraints_mean(conn, NameTaken):
        token = first(conn, creating.returning(*columns(tokens, Token)), Token)
    if token is None:
        raise NameTaken
    return token


def find_token(conn: Connection, key_hash: str, now: datetime) -> Token | None:
    """None where it has expired, or its user is inactive."""
    valid = or_(tokens.c.expiring.is_(False), tokens.c.expires.is_(None), tokens.c.expires > now)
    found = pick(tokens, Token).join(users, users.c.id == tokens.c.user_id)
    return first(conn, found.where(tokens.c.key_hash == key_hash, valid, users.c.is_active), Token)


def get_token(conn: Connection, identifier: str) -> Token | None:
    """Expired or not."""
    return first(conn, pick(tokens, Token).where(tokens.c.identifier == identifier), Token)


def token_of(conn: Connection, pk: str) -> Token | None:
    """The same by what never changes."""
    return first(conn, pick(tokens, Token).where(tokens.c.pk == pk), Token)


def list_tokens(conn: Connection, *, user_id: int | None = None) -> list[Token]:
    """By identifier; of one user, or all."""
    listed = pick(tokens, Token).order_by(tokens.c.identifier)
    return every(conn, listed if user_id is None else listed.where(tokens.c.user_id == user_id), Token)


def page_of_tokens(
    conn: Connection, wanted: Wanted, *, user_ids: Sequence[int] | None = None, search: str = ""
) -> tuple[int, list[Token]]:
    """How many there are, and these; of these users, or all. `search` is a part of the identifier or the description,
    or of what `user_lists` finds the user by.
    """
    also: list[ColumnElement[bool]] = [] if user_ids is None else [tokens.c.user_id.in_(user_ids)]
    if search:
        texts = (tokens.c.identifier, tokens.c.description)
        owned = tokens.c.user_id.in_(select(users.c.id).where(matching(search)))
        also.append(or_(owned, *(text.icontains(search, autoescape=True) for text in texts)))
    return page_of(conn, tokens, Token, wanted, searched=("identifier", "intent", "description"), also=also)


_CHANGEABLE = frozenset({"identifier", "intent", "description", "expires", "expiring", "key_hash"})


def update_token(conn: Connection, pk: str, /, **values: Any) -> Token:
    """Raises `NotFound`, `NameTaken`, and TypeError for what is no field or never changes."""
    if unknown := values.keys() - _CHANGEABLE:
        raise TypeError(f"A token's {', '.join(sorted(unknown))} cannot be changed.")
    with constraints_mean(conn, NameTaken):
        if values:
            conn.execute(update(tokens).where(tokens.c.pk == pk).values(values))
    token = token_of(conn, pk)
    if token is None:
        raise NotFound
    return token


def touch_token(conn: Connection, identifier: str, now: datetime) -> None:
    conn.execute(update(tokens).where(tokens.c.identifier == identifier).values(last_used=now))


def delete_token(conn: Connection, identifier: str) -> bool:
    return conn.execute(delete(tokens).where(tokens.c.identifier == identifier)).rowcount == 1
