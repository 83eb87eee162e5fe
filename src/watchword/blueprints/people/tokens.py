"""Entries that are API tokens."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from sqlalchemy import Connection

from watchword.blueprints.document import Entry
from watchword.blueprints.kind import Kind, fits
from watchword.blueprints.problems import Collector
from watchword.blueprints.report import Line
from watchword.storage.tokens import Token, create_token, delete_token, get_token
from watchword.storage.users import get_user

TOKEN = "authentik_core.token"  # noqa: S105 - a model's name


class TokenForm(msgspec.Struct, kw_only=True):
    """`user` and `key` are required of a new one. It expires where `expires` is given, unless `expiring` is false."""

    identifier: Annotated[str, msgspec.Meta(min_length=1, max_length=255, pattern=r"\A[\w-]+\Z")]
    user: int | None = None
    key: str = ""
    intent: Literal["api", "app_password"] = "api"
    description: str = ""
    expires: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    expiring: bool | None = None


class TokenKind(Kind[Token]):
    form = TokenForm
    found_by = ("identifier",)
    beside = ("user", "intent", "expiring")

    def __init__(self, conn: Connection, now: datetime) -> None:
        self._conn = conn
        self._now = now

    def match(self, pairs: Mapping[str, Any]) -> Token | None:
        found = get_token(self._conn, pairs["identifier"]) if pairs["identifier"] is not None else None
        return found if found is None or fits(self.shown(found), pairs, self.beside) else None

    def pk(self, found: Token) -> str:
        return found.pk

    def label(self, found: Token) -> str:
        return found.identifier

    def shown(self, found: Token) -> dict[str, Any]:
        return {
            "identifier": found.identifier,
            "user": found.user_id,
            "intent": found.intent,
            "description": found.description,
            "expires": found.expires,
            "expiring": found.expiring,
        }

    def write(self, entry: Entry, found: Token | None, values: dict[str, Any]) -> tuple[Token, bool]:
        self._check(entry, found, values)
        chosen: dict[str, Any] = {
            field: values[field] for field in ("intent", "description", "expires") if field in values
        }
        if "key" in values:
            chosen["key_hash"] = hashlib.sha256(values["key"].encode()).hexdigest()
        if values.get("expiring") is not None:
            chosen["expiring"] = values["expiring"]
        elif "expires" in values or found is None:
            chosen["expiring"] = values.get("expires") is not None
        if found is None:
            fresh = create_token(
                self._conn, identifier=values["identifier"], user_id=values["user"], now=self._now, **chosen
            )
            return fresh, True
        if all(getattr(found, field) == value for field, value in chosen.items()):
            return found, False
        return self._replace(found, chosen), True

    def _check(self, entry: Entry, found: Token | None, values: dict[str, Any]) -> None:
        collector = Collector(entry.place)
        for field in ("user", "key"):
            if not values.get(field) and (found is None or field in values):
                message = "This is empty." if field in values else "This field is required."
                collector.add(message, model=TOKEN, field=field, place=entry.at(field))
        if (user := values.get("user")) and get_user(self._conn, user) is None:
            collector.add("There is no such user.", model=TOKEN, field="user", place=entry.at("user"))
        elif user and found and user != found.user_id:
            collector.add("A token stays with its user.", model=TOKEN, field="user", place=entry.at("user"))
        collector.check()

    def _replace(self, found: Token, chosen: dict[str, Any]) -> Token:
        kept = {field: getattr(found, field) for field in ("key_hash", "intent", "description", "expires", "expiring")}
        return create_token(
            self._conn,
            identifier=found.identifier,
            user_id=found.user_id,
            now=self._now,
            replace=True,
            **{**kept, **chosen},
        )

    def remove(self, found: Token) -> list[Line]:
        delete_token(self._conn, found.identifier)
        return [Line("removed", TOKEN, found.identifier)]
