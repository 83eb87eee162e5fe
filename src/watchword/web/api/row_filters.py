"""Filters of what stands in ordinary tables: a value of the query becomes a condition on a column."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from watchword.errors import FieldsInvalid
from watchword.model.input import Misread, Shape, read, unstorable
from watchword.storage.listing import Condition, Op, Wanted
from watchword.web.api.call import Call, read_flag
from watchword.web.api.filtering import FLAG_SCHEMA, UUID_SCHEMA, read_uuid
from watchword.web.api.listing import Window, terms
from watchword.web.api.operation import Parameter, or_empty

Reader = Callable[[str], Any]
"""Raises ValueError with a sentence."""


class RowFilter(NamedTuple):
    """`read` makes a value of the text; of a parameter that may be repeated, of each."""

    name: str
    column: str
    read: Reader
    op: Op = "is"
    schema: dict[str, Any] = {"type": "string"}


def as_text(text: str) -> str:
    return text


def as_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValueError("Enter a number.")
    return int(text)


def as_moment(text: str) -> Any:
    from_query = text.replace(" ", "+") if "T" in text else text  # a + in a query that was not escaped
    try:
        return read(Shape(datetime, False, ()), from_query)
    except Misread:
        raise ValueError("Enter a valid date/time.") from None


def as_object(text: str) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise ValueError("Value must be valid JSON.") from None
    if not isinstance(value, dict) or unstorable(value):
        raise ValueError("Value must be a dictionary.")
    return value


UUID = or_empty(UUID_SCHEMA)
FLAG = or_empty(FLAG_SCHEMA)
NUMBER = or_empty({"type": "integer", "minimum": 0, "maximum": 10**18 - 1})
MOMENT = or_empty({"type": "string", "format": "date-time"})


def text_filter(name: str, column: str = "") -> RowFilter:
    return RowFilter(name, column or name, as_text)


def flag_filter(name: str) -> RowFilter:
    return RowFilter(name, name, read_flag, schema=FLAG)


def uuid_filter(name: str, column: str = "") -> RowFilter:
    return RowFilter(name, column or name, read_uuid, schema=UUID)


def moment_filters(column: str) -> tuple[RowFilter, ...]:
    return (
        RowFilter(column, column, as_moment, schema=MOMENT),
        RowFilter(f"{column}__lt", column, as_moment, "before", MOMENT),
        RowFilter(f"{column}__gt", column, as_moment, "after", MOMENT),
    )


def columns_named(*names: str) -> dict[str, str]:
    """Orders by columns under their own names."""
    return {name: name for name in names}


def parameters_of(filters: Sequence[RowFilter]) -> tuple[Parameter, ...]:
    return tuple(Parameter(name=one.name, schema=one.schema) for one in filters)


def wanted(call: Call, chosen: Window, filters: Sequence[RowFilter], orders: Mapping[str, str], default: str) -> Wanted:
    """Raises `FieldsInvalid` where a value can be none of the column's."""
    query, conditions, errors = call.query(), [], dict[str, list[str]]()
    for one in filters:
        texts = [text for text in query.get(one.name, []) if text]
        try:
            values = [one.read(text) for text in texts]
        except ValueError as error:
            errors[one.name] = [str(error)]
            continue
        if values:
            conditions.append(Condition(one.column, one.op, values if one.op == "in" else values[-1]))
    if errors:
        raise FieldsInvalid(errors)
    ordering = call.option("ordering")
    column = orders.get(ordering.removeprefix("-"), "")
    return Wanted(
        conditions=tuple(conditions),
        terms=tuple(terms(call.option("search"), str.lower)),
        order=("-" if ordering.startswith("-") else "") + column if column else default,
        limit=chosen.size,
        offset=chosen.offset,
    )
