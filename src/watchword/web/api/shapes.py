"""The types that requests and answers have: made of the models, so that nothing is declared twice."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import UNSET, Meta, UnsetType

from watchword.model.base import ConfigObject
from watchword.model.input import INT64, Shape, shape_of
from watchword.model.words import first_line

S = TypeVar("S", bound=msgspec.Struct)

Uuid = Annotated[str, Meta(extra_json_schema={"format": "uuid"})]
Moment = Annotated[datetime, Meta(tz=True)]
"""With an offset: `date-time` of RFC 3339. Answers are in UTC."""
Url = str

_UUID = Meta(extra_json_schema={"format": "uuid"})
_UUID_OR_EMPTY = Meta(extra_json_schema={"anyOf": [{"format": "uuid"}, {"maxLength": 0}]})
_TEXT = Meta(extra_json_schema={"pattern": "^[^\\u0000]*$"})
_INTEGER = Meta(extra_json_schema={"minimum": INT64[0], "maximum": INT64[-1]})
_MOMENT = Meta(tz=True)
_FILLED = Meta(extra_json_schema={"pattern": "^[^\\u0000]*[^\\u0000\\s][^\\u0000]*$"})


class Pagination(msgspec.Struct, frozen=True):
    """Numbers of pages; 0 where there is none before or after."""

    next: int
    previous: int
    count: int
    current: int
    total_pages: int
    start_index: int
    end_index: int


def described_as(name: str) -> Callable[[type[S]], type[S]]:
    """Its name in the description of the API, where authentik's is not that of the class."""

    def rename(cls: type[S]) -> type[S]:
        cls.__name__ = name
        return cls

    return rename


@cache
def view_type(name: str, cls: type[ConfigObject] | None, *more: type[msgspec.Struct]) -> type[msgspec.Struct]:
    """What is answered: the fields of the model, all there, and more that is worked out. `cls` None for these alone."""
    fields: dict[str, Any] = {}
    if cls is not None:
        fields["pk"] = Uuid
        fields |= {field: _described(hint, answer=True) for field, hint in _hints(cls).items() if field != "pk"}
    for struct in more:
        fields |= _hints(struct)
    return msgspec.defstruct(
        name, list(fields.items()), kw_only=True, namespace={"__doc__": first_line(cls or more[0])}
    )


@cache
def request_type(
    name: str, form: type[msgspec.Struct], *, partial: bool = False, optional: tuple[str, ...] = ()
) -> type[msgspec.Struct]:
    """What is sent. Of a change (`partial`) every field may be left out, else those that are `optional`."""
    fields: list[Any] = []
    hints = _hints(form)
    for field in msgspec.structs.fields(form):
        if field.name == "pk" and issubclass(form, ConfigObject):
            continue
        hint = _described(hints[field.name], answer=False)
        if shape_of(hints[field.name]).said("secret"):
            hint = hint | None
        if partial or field.name in optional:
            fields.append((field.encode_name, hint | UnsetType, UNSET))
        elif field.required:
            fields.append((field.encode_name, hint))
        elif field.default_factory is not msgspec.NODEFAULT:
            fields.append((field.encode_name, hint, msgspec.field(default_factory=field.default_factory)))
        else:
            fields.append((field.encode_name, hint, field.default))
    return msgspec.defstruct(name, fields, kw_only=True, namespace={"__doc__": first_line(form)})


@cache
def page_type(item: Any) -> type[msgspec.Struct]:
    """The envelope around a list of `item`, a type."""
    fields = [("pagination", Pagination), ("results", list[item]), ("autocomplete", dict[str, Any])]
    return msgspec.defstruct(f"Paginated{item.__name__}List", fields, kw_only=True)


def _hints(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """Of the fields alone, in their order."""
    hints = get_type_hints(struct, include_extras=True)
    return {name: hints[name] for name in struct.__struct_fields__}


def _described(hint: Any, *, answer: bool) -> Any:
    """The hint with what JSON Schema cannot see of it by itself: uuids, and texts that must say something."""
    shape = shape_of(hint)
    if shape.is_uuid:
        return _with(hint, _UUID_OR_EMPTY if shape.nullable and not answer else _UUID)
    if shape.base is datetime:
        return _with(hint, _MOMENT, datetime)
    return hint if answer else _strict(hint, shape)


def _with(hint: Any, meta: Meta, kind: type = str) -> Any:
    """Puts it on the text or number itself, within lists and beside None."""
    if get_origin(hint) is Annotated:
        inner = _with(hint.__origin__, meta, kind)
        return Annotated[(inner, *hint.__metadata__)]
    if get_origin(hint) in (Union, UnionType):
        parts = [arg if arg is NoneType else _with(arg, meta, kind) for arg in get_args(hint)]
        return Union[tuple(parts)]  # noqa: UP007 - put together at run time
    if get_origin(hint) is list:
        return list[_with(get_args(hint)[0], meta, kind)]  # type: ignore[misc] # put together at run time
    return Annotated[hint, meta] if hint is kind else hint


def _strict(hint: Any, shape: Shape) -> Any:
    """What the reader asks of every text and number, whether the model says it or not."""
    if shape.base in (int, list[int]) and shape.limit("ge") is None:
        return _with(hint, _INTEGER, int)
    if shape.base not in (str, list[str]) or shape.limit("pattern"):
        return hint
    return _with(hint, _FILLED if shape.limit("min_length") and shape.base is str else _TEXT)
