"""Pages of rows: conditions, search and order as values, for whoever may not write SQL."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, String, Table, and_, cast, func, or_, select, true
from sqlalchemy.dialects.postgresql import JSONB

from watchword.storage.rows import Row, every, pick

Op = Literal["is", "in", "before", "after", "null", "begins", "holds"]
"""`holds` is for JSON: the object has all that the value has."""


class Condition(NamedTuple):
    column: str
    op: Op
    value: Any


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """All conditions must be met, and each term occur in one of the columns that are searched. `order` is a column,
    with `-` in front the other way round; rows that are equal in it follow by id.
    """

    conditions: tuple[Condition, ...] = ()
    terms: tuple[str, ...] = ()
    order: str = ""
    limit: int = 100
    offset: int = 0


R = TypeVar("R", bound=Row)


def page_of(
    conn: Connection,
    table: Table,
    cls: type[R],
    wanted: Wanted,
    *,
    searched: Sequence[str] = (),
    also: Sequence[ColumnElement[bool]] = (),
) -> tuple[int, list[R]]:
    """How many there are in all, and these. `also` are conditions of the table's own module."""
    met = met_by(conn, table, wanted.conditions)
    found = and_(met, occurring(wanted.terms, [table.c[name] for name in searched]), *also)
    count = conn.execute(select(func.count()).select_from(table).where(found)).scalar_one()
    page = pick(table, cls).where(found).order_by(*_order(table, wanted.order)).limit(wanted.limit)
    return count, every(conn, page.offset(wanted.offset), cls)


def met_by(conn: Connection, table: Table, conditions: Iterable[Condition]) -> ColumnElement[bool]:
    return and_(true(), *(_met(conn, table, condition) for condition in conditions))


def occurring(terms: Iterable[str], columns: Sequence[ColumnElement[Any]]) -> ColumnElement[bool]:
    """Each term in one of the columns, in any letter case."""
    texts = [cast(column, String) for column in columns]
    return and_(true(), *(or_(*(text.icontains(term, autoescape=True) for text in texts)) for term in terms))


def _order(table: Table, order: str) -> list[ColumnElement[Any]]:
    """By the primary key too, so that pages never overlap."""
    key = next(iter(table.primary_key.columns))
    column = table.c[order.removeprefix("-")] if order else key
    # The databases differ in where nothing stands, unless they are told.
    return [column.desc().nulls_last() if order.startswith("-") else column.asc().nulls_first(), key.asc()]


def _met(conn: Connection, table: Table, condition: Condition) -> Any:
    column: ColumnElement[Any] = table.c[condition.column]
    value = condition.value
    match condition.op:
        case "is":
            return column == value
        case "in":
            return column.in_(value)
        case "before":
            return column < value
        case "after":
            return column > value
        case "null":
            return column.is_(None) if value else column.is_not(None)
        case "begins":
            return func.substr(column, 1, len(value)) == value  # LIKE would ignore letter case on SQLite
        case "holds":
            return _holds(conn, column, value)


def _holds(conn: Connection, column: ColumnElement[Any], value: dict[str, Any]) -> ColumnElement[bool]:
    text = cast(column, String)
    if conn.dialect.name == "postgresql":
        return cast(text, JSONB).contains(value)
    return func.json_holds(text, msgspec.json.encode(value).decode())
