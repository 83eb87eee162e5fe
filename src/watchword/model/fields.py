"""How a field describes itself: one declaration serves the API, forms, OpenAPI, blueprints and validation."""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

from watchword.model.base import ConfigObject


def described(
    title: str,
    help: str = "",
    *,
    ref: str | None = None,
    row: Literal["user", "group"] | None = None,
    secret: bool = False,
    multiline: bool = False,
    verbatim: bool = False,
    mismatch: str = "",
    **limits: Any,
) -> msgspec.Meta:
    """A field's description.

    `ref` names the family (`stage`, `policy`, ...) or the model that the field's uuid, or list of uuids, points
    to; `row` says that it is a user's number or a group's uuid. A `secret` is encrypted at rest and write-only in the
    API. A text is stripped of outer blanks where it comes in, unless it is `verbatim`; `mismatch` is what is said where
    it does not fit the pattern. `limits` are msgspec's: `min_length`, `ge`, ...
    """
    extra = {
        "ref": ref,
        "row": row,
        "secret": secret,
        "multiline": multiline,
        "verbatim": verbatim,
        "mismatch": mismatch,
    }
    return msgspec.Meta(title=title, description=help, extra=extra, **limits)


class FieldInfo(NamedTuple):
    name: str
    title: str
    help: str
    ref: str | None
    row: Literal["user", "group"] | None
    secret: bool
    multiline: bool
    required: bool


def _metas(annotation: Any) -> Iterator[msgspec.Meta]:
    if get_origin(annotation) is Annotated:
        yield from (meta for meta in annotation.__metadata__ if isinstance(meta, msgspec.Meta))
    for inner in get_args(annotation):
        yield from _metas(inner)


@cache
def fields_of(cls: type[msgspec.Struct]) -> tuple[FieldInfo, ...]:
    """Every field of a model or a form but its `pk`, in the order of declaration."""
    hints = get_type_hints(cls, include_extras=True)
    infos = []
    for field in msgspec.structs.fields(cls):
        if field.name == "pk":
            continue
        meta = next((m for m in _metas(hints[field.name]) if m.title), None) or msgspec.Meta(title=field.name)
        extra = meta.extra or {}
        infos.append(
            FieldInfo(
                name=field.name,
                title=meta.title or field.name,
                help=meta.description or "",
                ref=extra.get("ref"),
                row=extra.get("row"),
                secret=bool(extra.get("secret")),
                multiline=bool(extra.get("multiline")),
                required=field.required,
            )
        )
    return tuple(infos)


@cache
def secret_fields(cls: type[ConfigObject]) -> frozenset[str]:
    return frozenset(info.name for info in fields_of(cls) if info.secret)


def references(obj: ConfigObject) -> Iterator[tuple[str, str, str]]:
    """Every reference an object makes, as (field, what it must point to, uuid)."""
    for info in fields_of(type(obj)):
        if info.ref is None:
            continue
        value = getattr(obj, info.name)
        for pk in value if isinstance(value, list | tuple) else [value]:
            if pk is not None:
                yield info.name, info.ref, pk


def row_references(obj: ConfigObject) -> Iterator[tuple[str, Literal["user", "group"], Any]]:
    """Every user and group that an object names, as (field, which of the two, number or uuid)."""
    for info in fields_of(type(obj)):
        value = getattr(obj, info.name)
        if info.row is not None and value is not None:
            yield info.name, info.row, value
