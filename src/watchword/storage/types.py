"""Column types that mean the same on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text, TypeDecorator

Id = BigInteger().with_variant(Integer(), "sqlite")
"""A number the database counts up; SQLite does so only for a column declared INTEGER."""


class Moment(TypeDecorator[datetime]):
    """An aware datetime, always UTC when read; a naive one is refused: nobody knows what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else _in_utc(value)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """SQLite keeps it as text, always of 26 characters, so that it can be compared: a quarter of what SQLAlchemy
        takes for the same.
        """
        return _to_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    return value.astimezone(UTC)


def _to_text(value: datetime | None) -> str | None:
    return None if value is None else _in_utc(value).replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


class BeginningOfMoment(TypeDecorator[datetime]):
    """What SQLite keeps of a moment, cut off after the day or the hour: as text, in UTC. To be read only."""

    impl = Text()
    cache_ok = True

    def process_result_value(self, value: str | None, _dialect: Dialect) -> datetime | None:
        return _from_text(value)


class Json(TypeDecorator[Any]):
    """A JSON value as text, the same bytes on both databases: neither's own type keeps the order of keys alike."""

    impl = Text()
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str:
        return msgspec.json.encode(value, order="deterministic").decode()

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        return None if value is None else msgspec.json.decode(value)
