"""Values from outside, read as the fields of a struct; what is wrong is said in the words of authentik's API."""

import math
import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import msgspec

from watchword.errors import FieldsInvalid
from watchword.model.base import ConfigObject

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
REQUIRED = "This field is required."
BLANK = "This field may not be blank."
NULL = "This field may not be null."
MAX_DEPTH = 30
"""Of objects within objects: PostgreSQL, Python and whoever reads it have an end too."""

INT64 = range(-(2**63), 2**63)
_MOMENT = (
    "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
)


class Misread(Exception):
    """`said` is a list of sentences or, for a list of values, the same by index."""

    def __init__(self, said: str | dict[str, Any]) -> None:
        self.said = [said] if isinstance(said, str) else said
        super().__init__(str(said))


class Shape(NamedTuple):
    """An annotation taken apart: `base` is a type, a Literal or a list of something."""

    base: Any
    nullable: bool
    metas: tuple[msgspec.Meta, ...]

    def limit(self, name: str) -> Any:
        return next((found for meta in self.metas if (found := getattr(meta, name)) is not None), None)

    def said(self, name: str) -> Any:
        """What `described` noted; None where nothing did."""
        return next((found for meta in self.metas if (found := (meta.extra or {}).get(name))), None)

    @property
    def is_uuid(self) -> bool:
        return bool(self.said("ref")) or self.said("row") == "group"


def read_fields(form: type[msgspec.Struct], given: Mapping[str, Any], *, partial: bool = False) -> dict[str, Any]:
    """The fields that are given, as the form has them; other keys are passed over, and so is an object's `pk`.

    With `partial` none is missed. A secret that is null counts as left out. Raises `FieldsInvalid` with everything
    that is wrong.
    """
    values: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for field in msgspec.structs.fields(form):
        shape = shapes(form)[field.name]
        absent = field.encode_name not in given or (given[field.encode_name] is None and shape.said("secret"))
        if (field.name == "pk" and issubclass(form, ConfigObject)) or (absent and (partial or not field.required)):
            continue
        try:
            if absent:
                raise Misread(REQUIRED)
            values[field.name] = read(shape, given[field.encode_name])
        except Misread as error:
            errors[field.encode_name] = error.said
    if errors:
        raise FieldsInvalid(errors)
    return values


@cache
def shapes(form: type[msgspec.Struct]) -> dict[str, Shape]:
    return {name: shape_of(hint) for name, hint in get_type_hints(form, include_extras=True).items()}


def shape_of(annotation: Any) -> Shape:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner = shape_of(args[0])
        metas = tuple(meta for meta in annotation.__metadata__ if isinstance(meta, msgspec.Meta))
        return Shape(inner.base, inner.nullable, metas + inner.metas)
    if origin in (Union, UnionType):
        kept = [arg for arg in args if arg is not NoneType]
        inner = shape_of(kept[0])
        return Shape(inner.base, len(kept) < len(args) or inner.nullable, inner.metas)
    return Shape(annotation, False, ())


def read(shape: Shape, value: Any) -> Any:
    """An empty text for a reference is none, as in authentik. Raises `Misread`."""
    if value is None or (value == "" and shape.nullable and shape.is_uuid):
        if shape.nullable:
            return None
        raise Misread(NULL)
    origin = get_origin(shape.base)
    if origin is Literal:
        return _choice(shape, value)
    if origin is list:
        return _list(shape, value)
    if origin is dict or shape.base is dict:
        return _dict(value)
    return _READERS[shape.base](shape, value)


def _text(shape: Shape, value: Any) -> str:
    if not isinstance(value, str):
        raise Misread("Not a valid string.")
    if "\x00" in value:
        raise Misread("Null characters are not allowed.")
    text = value if shape.said("verbatim") else value.strip()
    if not text and shape.limit("min_length"):
        raise Misread(BLANK)
    if (longest := shape.limit("max_length")) is not None and len(text) > longest:
        raise Misread(f"Ensure this field has no more than {longest} characters.")
    if (shortest := shape.limit("min_length")) is not None and len(text) < shortest:
        raise Misread(f"Ensure this field has at least {shortest} characters.")
    if (pattern := shape.limit("pattern")) and not re.search(pattern, text):
        raise Misread(shape.said("mismatch") or "This value does not match the required pattern.")
    return _uuid(text) if shape.is_uuid else text


def _uuid(text: str) -> str:
    if not UUID.fullmatch(text):
        raise Misread(f"“{text[:100]}” is not a valid UUID.")
    return text.lower()


def _number(shape: Shape, value: float) -> None:
    for name, problem, fits in _LIMITS:
        limit = shape.limit(name)
        if limit is not None and not fits(value, limit):
            raise Misread(problem.format(limit if name in ("ge", "le") else _nearest(shape, name, limit)))


def _nearest(shape: Shape, name: str, limit: float) -> float:
    """Of whole numbers, the last that is still within."""
    if shape.base is not int:
        return limit
    return limit - 1 if name == "lt" else limit + 1


_LEAST = "Ensure this value is greater than or equal to {}."
_MOST = "Ensure this value is less than or equal to {}."
_LIMITS: tuple[tuple[str, str, Callable[[Any, Any], bool]], ...] = (
    ("ge", _LEAST, operator.ge),
    ("gt", _LEAST, operator.gt),
    ("le", _MOST, operator.le),
    ("lt", _MOST, operator.lt),
)


def _integer(shape: Shape, value: Any) -> int:
    whole = isinstance(value, float) and value.is_integer()
    if isinstance(value, bool) or not (isinstance(value, int) or whole):
        raise Misread("A valid integer is required.")
    _number(shape, value)
    if int(value) not in INT64:
        raise Misread("A valid integer is required.")
    return int(value)


def _float(shape: Shape, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Misread("A valid number is required.")
    if value not in INT64 if isinstance(value, int) else not math.isfinite(value):
        raise Misread("A valid number is required.")
    _number(shape, value)
    return float(value)


def _flag(_: Shape, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Misread("Must be a valid boolean.")
    return value


def _moment(_: Shape, value: Any) -> datetime:
    """With an offset; without one it is UTC."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is not None:
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Misread(_MOMENT)


def _choice(shape: Shape, value: Any) -> Any:
    if not isinstance(value, str) or value not in get_args(shape.base):
        raise Misread(f'"{_shown(value)}" is not a valid choice.')
    return value


def _shown(value: Any) -> str:
    """What was sent, in few words; nothing of a number without end, or of lists in lists."""
    if isinstance(value, str):
        return value[:100]
    small = isinstance(value, bool | float) or (isinstance(value, int) and value in INT64)
    return str(value) if small else type(value).__name__


def _list(shape: Shape, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Misread(f'Expected a list of items but got type "{type(value).__name__}".')
    inner = shape_of(get_args(shape.base)[0])
    item = Shape(inner.base, inner.nullable, inner.metas + tuple(_of_items(shape)))
    found, errors = [], {}
    for index, one in enumerate(value):
        try:
            found.append(read(item, one))
        except Misread as error:
            if shape.said("ref"):  # of references authentik names the wrong one itself, not its place
                raise
            errors[str(index)] = error.said
    if errors:
        raise Misread(errors)
    if (most := shape.limit("max_length")) is not None and len(found) > most:
        raise Misread(f"Ensure this field has no more than {most} elements.")
    return found


def _of_items(shape: Shape) -> list[msgspec.Meta]:
    """What a list's description says of its items: that they are uuids."""
    return [msgspec.Meta(extra={"ref": ref})] if (ref := shape.said("ref")) else []


def _dict(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Misread("Value must be a dictionary.")
    if problem := unstorable(value):
        raise Misread(problem)
    return value


def unstorable(value: Any, depth: int = 0) -> str | None:
    """Why neither database can hold this JSON; None where both can."""
    if depth > MAX_DEPTH:
        return f"Ensure that objects are nested no more than {MAX_DEPTH} deep."
    if isinstance(value, str) and "\x00" in value:
        return "Null characters are not allowed."
    if isinstance(value, int) and value not in INT64:
        return "This number is too large."
    inner = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    return next((problem for part in inner if (problem := unstorable(part, depth + 1))), None)


_READERS = {str: _text, int: _integer, float: _float, bool: _flag, datetime: _moment}
