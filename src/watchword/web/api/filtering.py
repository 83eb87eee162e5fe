"""Filters, search and order of configuration objects; each scalar field of a model is a filter."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, get_args, get_origin

from watchword.errors import FieldsInvalid
from watchword.model.base import ConfigObject
from watchword.model.input import INT64, UUID, Shape, shapes
from watchword.web.api.call import read_flag
from watchword.web.api.listing import terms
from watchword.web.api.operation import Parameter, or_empty

UUID_SCHEMA = {"type": "string", "format": "uuid"}
UUIDS_SCHEMA = {"type": "string", "pattern": f"^{UUID.pattern}(,{UUID.pattern})*$"}
FLAG_SCHEMA = {"type": "boolean"}


_WHOLE = re.compile(r"-?[0-9]{1,19}")
_DECIMAL = re.compile(r"-?[0-9]{1,400}(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,3})?")


def filters_of(cls: type[ConfigObject]) -> dict[str, Shape]:
    """By field. Secrets are none: whoever may filter by them may guess them."""
    found = shapes(cls)
    return {name: found[name] for name in cls.__struct_fields__ if name != "pk" and not found[name].said("secret")}


def parameters(cls: type[ConfigObject], aliases: Sequence[str]) -> tuple[Parameter, ...]:
    uuids = tuple(Parameter(name=name, schema=or_empty(UUID_SCHEMA)) for name in aliases)
    return uuids + tuple(
        Parameter(name=name, schema=or_empty(_schema(shape))) for name, shape in filters_of(cls).items()
    )


def _schema(shape: Shape) -> dict[str, Any]:
    if shape.is_uuid:
        return UUID_SCHEMA
    if get_origin(shape.base) is Literal:
        return {"type": "string", "enum": sorted(get_args(shape.base))}
    if shape.base is int:
        return {"type": "integer", "minimum": INT64[0], "maximum": INT64[-1]}
    return {"type": {bool: "boolean", float: "number"}.get(shape.base, "string")}


def matching(
    objects: Iterable[Any], cls: type[ConfigObject], query: dict[str, list[str]], aliases: Sequence[str]
) -> list[Any]:
    """What is empty filters nothing. Raises `FieldsInvalid` where a value can be none of the field's."""
    wanted: list[tuple[str, Any]] = []
    errors: dict[str, list[str]] = {}
    given = {name: values[-1] for name, values in query.items() if values[-1] != ""}
    known = filters_of(cls)
    for name, text in given.items():
        try:
            if name in aliases:
                wanted.append(("pk", read_uuid(text)))
            elif name in known:
                wanted.append((name, _read(known[name], text)))
        except ValueError as error:
            errors[name] = [str(error)]
    if errors:
        raise FieldsInvalid(errors)
    return [obj for obj in objects if all(_has(getattr(obj, name), value) for name, value in wanted)]


def read_uuid(text: str) -> str:
    if not UUID.fullmatch(text):
        raise ValueError("Enter a valid UUID.")
    return text.lower()


def _read(shape: Shape, text: str) -> Any:
    """Raises ValueError with a sentence."""
    if shape.is_uuid:
        return read_uuid(text)
    if get_origin(shape.base) is Literal and text not in get_args(shape.base):
        raise ValueError(f"Select a valid choice. {text[:100]} is not one of the available choices.")
    if shape.base is bool:
        return read_flag(text)
    if shape.base in (int, float):
        return _number(shape, text)
    return text


def _number(shape: Shape, text: str) -> float:
    whole = shape.base is int
    if not (_WHOLE if whole else _DECIMAL).fullmatch(text) or (whole and int(text) not in INT64):
        raise ValueError("Enter a number.")
    number: float = shape.base(text)
    return number


def _has(found: Any, value: Any) -> bool:
    return value in found if isinstance(found, list) else bool(found == value)


def searched(objects: Iterable[Any], text: str, texts: Callable[[Any], Sequence[str]]) -> list[Any]:
    """Where every term occurs in one of an object's texts."""
    wanted = terms(text)
    return [obj for obj in objects if all(any(term in one.casefold() for one in texts(obj)) for term in wanted)]


def ordered(objects: list[Any], ordering: str, cls: type[ConfigObject], default: Sequence[str]) -> list[Any]:
    """By a field of the model, or else by the default; then by pk, so that pages do not overlap."""
    field = ordering.removeprefix("-")
    if field != "pk" and field not in filters_of(cls):
        return sorted(objects, key=lambda obj: [*(_sortable(getattr(obj, name)) for name in default), obj.pk])
    by_pk = sorted(objects, key=lambda obj: obj.pk)
    return sorted(by_pk, key=lambda obj: _sortable(getattr(obj, field)), reverse=ordering.startswith("-"))


def _sortable(value: Any) -> tuple[int, Any]:
    """Nothing comes first, then numbers, then texts."""
    if value is None:
        return (0, 0)
    return (1, value) if isinstance(value, bool | int | float) else (2, str(value))
