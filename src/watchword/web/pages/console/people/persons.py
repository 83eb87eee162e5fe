"""Whom and what an address names; raises `NotFound`."""

from typing import NoReturn

from sqlalchemy import Connection

from watchword.errors import NotFound
from watchword.model.input import UUID
from watchword.storage.groups import Group, get_group
from watchword.storage.tokens import Token, token_of
from watchword.storage.users import User, get_user
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.numbers import row_number

USER_GONE = "There is no such user. It may have been deleted."
GROUP_GONE = "There is no such group. It may have been deleted."
TOKEN_GONE = "There is no such token. It may have been deleted."  # noqa: S105 - a sentence


def user_named(desk: Desk, conn: Connection) -> User:
    return get_user(conn, user_id_named(desk)) or _missing(USER_GONE)


def user_id_named(desk: Desk) -> int:
    """Whether there is one is not looked up."""
    return row_number(str(desk.request.path_params["user_id"]), USER_GONE)


def group_named(desk: Desk, conn: Connection) -> Group:
    return get_group(conn, _uuid(desk, "group_pk", GROUP_GONE)) or _missing(GROUP_GONE)


def token_named(desk: Desk, conn: Connection) -> Token:
    return token_of(conn, _uuid(desk, "token_pk", TOKEN_GONE)) or _missing(TOKEN_GONE)


def _uuid(desk: Desk, name: str, missing: str) -> str:
    text = str(desk.request.path_params[name])
    return text.lower() if UUID.fullmatch(text) else _missing(missing)


def _missing(sentence: str) -> NoReturn:
    raise NotFound(sentence)
