"""How a field describes itself: one declaration serves the API, forms, OpenAPI, blueprints and validation."""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

from watchword.model.base import ConfigObject


def described(
    title: str,
    help: str = "",
    *,
    ref: str | None = None,
    secret: bool = False,
    multiline: bool = False,
    **limits: Any,
) -> msgspec.Meta:
    """A field's description.

    `ref` names the family (`stage`, `policy`, ...) or the model that the field's uuid, or list of uuids, points
    to. A `secret` is encrypted at rest and write-only in the API. `limits` are msgspec's: `min_length`, `ge`, ...
    """
    extra = {"ref": ref, "secret": secret, "multiline": multiline}
    return msgspec.Meta(title=title, description=help, extra=extra, **limits)


class FieldInfo(NamedTuple):
    name: str
    title: str
    help: str
    ref: str | None
    secret: bool
    multiline: bool
    required: bool


def _metas(annotation: Any) -> Iterator[msgspec.Meta]:
    if get_origin(annotation) is Annotated:
        yield from (meta for meta in annotation.__metadata__ if isinstance(meta, msgspec.Meta))
    for inner in get_args(annotation):
        yield from _metas(inner)


@cache
def fields_of(cls: type[ConfigObject]) -> tuple[FieldInfo, ...]:
    """Every field of a model but its `pk`, in the order of declaration."""
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
