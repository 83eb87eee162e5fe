"""What expressions may ask of Watchword."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from watchword.clock import Clock
from watchword.events import Event
from watchword.expressions.scope import UserView
from watchword.flows.views import user_view
from watchword.phone import parse
from watchword.storage.authenticators import has_authenticator
from watchword.storage.database import Database
from watchword.storage.device_classes import DEVICE_CLASSES
from watchword.storage.events import write_event
from watchword.storage.users import User, UserField, find_user, get_user, identify_user


class EngineHost:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def user_by(self, filters: dict[str, Any]) -> UserView | None:
        """The first user who matches all; a filter that Watchword does not know matches nobody, as in authentik."""
        return await self._database.read(_view_by, filters)

    async def has_authenticator(self, user_pk: int, device_type: str | None) -> bool:
        """A confirmed one; of any class where none is named."""
        return await self._database.read(_has_authenticator, user_pk, device_type)

    async def create_event(self, action: str, context: dict[str, Any]) -> None:
        event = Event(action, str(context.pop("message", "")), context)
        await self._database.run(_write, event, self._clock())

    def phone_parse(self, text: str, region: str | None) -> dict[str, Any] | None:
        number = parse(text, region)
        return msgspec.to_builtins(number) if number else None


def _has_authenticator(conn: Connection, user_pk: int, device_type: str | None) -> bool:
    classes = [cls for name, cls in DEVICE_CLASSES.items() if device_type in (None, name)]
    return any(has_authenticator(conn, cls, user_pk) for cls in classes)


def _view_by(conn: Connection, filters: dict[str, Any]) -> UserView | None:
    user = _find(conn, filters)
    if user is None or any(getattr(user, _FIELDS[name]) != value for name, value in filters.items() if name in _FIELDS):
        return None
    return user_view(conn, user)


_FIELDS = {"pk": "id", "id": "id", "uuid": "uuid", "username": "username", "email": "email", "name": "name"}


def _find(conn: Connection, filters: dict[str, Any]) -> User | None:
    """Users are found by what names one of them; the other filters are held against him."""
    if any(name.removesuffix("__iexact") not in _FIELDS for name in filters):
        return None
    for name in ("pk", "id"):
        if isinstance(filters.get(name), int):
            return get_user(conn, filters[name])
    if isinstance(filters.get("username"), str):
        return find_user(conn, username=filters["username"])
    for name, field, any_case in _LOOKUPS:
        if isinstance(filters.get(name), str):
            return identify_user(conn, filters[name], [field], any_case)
    return None


_LOOKUPS: tuple[tuple[str, UserField, bool], ...] = (
    ("username__iexact", "username", True),
    ("email__iexact", "email", True),
    ("email", "email", False),
)


def _write(conn: Connection, event: Event, now: datetime) -> None:
    write_event(conn, action=event.action, now=now, message=event.message, context=event.context)
