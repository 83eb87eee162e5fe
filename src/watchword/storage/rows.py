"""Rows as frozen values."""

from functools import cache
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Column, Connection, Select, Table, select
from sqlalchemy.sql.base import Executable


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Shows nothing but its first field in logs and tracebacks: rows hold numbers, hashes and addresses."""

    def __repr__(self) -> str:
        name = self.__struct_fields__[0]
        return f"{type(self).__name__}({name}={getattr(self, name)!r})"


R = TypeVar("R", bound=Row)


@cache
def columns(table: Table, cls: type[Row]) -> tuple[Column[Any], ...]:
    """The columns that the fields of a row are named after."""
    return tuple(table.c[name] for name in cls.__struct_fields__)


@cache
def pick(table: Table, cls: type[Row]) -> Select[*tuple[Any, ...]]:
    """A SELECT of just these columns."""
    return select(*columns(table, cls))


def first(conn: Connection, statement: Executable, cls: type[R]) -> R | None:
    found = conn.execute(statement).first()
    return None if found is None else cls(**found._asdict())


def only(conn: Connection, statement: Executable, cls: type[R]) -> R:
    """For a statement that answers exactly one row, as an INSERT ... RETURNING does."""
    return cls(**conn.execute(statement).one()._asdict())


def every(conn: Connection, statement: Executable, cls: type[R]) -> list[R]:
    return [cls(**found._asdict()) for found in conn.execute(statement)]
