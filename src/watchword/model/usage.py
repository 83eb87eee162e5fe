"""What refers to an object, and what becomes of that when the object goes."""

from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple

import msgspec

from watchword.model.base import ConfigObject
from watchword.model.fields import fields_of, references, row_references

UsedByAction = Literal["cascade", "cascade_many", "set_null", "set_default", "left_dangling"]
"""authentik's words for it; `cascade_many` takes the entry out of a list."""

_GONE_WITH = frozenset({"stage_binding", "policy_binding"})
"""Families whose objects go with what they refer to, as in authentik."""


class Use(NamedTuple):
    user: ConfigObject
    field: str
    action: UsedByAction


class Removal(NamedTuple):
    """`changed` are objects that lose a reference; `blocked` are uses that nothing can be done about."""

    removed: list[ConfigObject]
    changed: list[ConfigObject]
    blocked: list[Use]


def uses(objects: Iterable[ConfigObject], pk: str) -> Iterator[Use]:
    """In the order of the objects."""
    for obj in objects:
        for field, _, target in references(obj):
            if target == pk:
                yield Use(obj, field, _action(obj, field))


def users_by_pk(objects: Iterable[ConfigObject]) -> dict[str, list[ConfigObject]]:
    """Who refers to each object that is referred to, in the order of the objects: for whoever asks about many."""
    found: dict[str, list[ConfigObject]] = {}
    for obj in objects:
        for pk in dict.fromkeys(target for _, _, target in references(obj)):
            found.setdefault(pk, []).append(obj)
    return found


def row_uses(objects: Iterable[ConfigObject], row: Literal["user", "group"], key: Any) -> Iterator[Use]:
    """The same for a user, by number, or a group, by uuid."""
    for obj in objects:
        for field, kind, value in row_references(obj):
            if kind == row and value == key:
                yield Use(obj, field, _action(obj, field))


def removal(objects: dict[str, ConfigObject], pk: str) -> Removal:
    """What taking an object away comes to; the objects themselves stay as they are."""
    now, out = dict(objects), Removal([], [], [])
    _remove(now, out, pk)
    kept = [obj for obj in now.values() if objects[obj.pk] != obj]
    return Removal(out.removed, kept, out.blocked)


def without_rows(objects: dict[str, ConfigObject], row: Literal["user", "group"], key: Any) -> Removal:
    """The same where a user or a group goes."""
    now, out = dict(objects), Removal([], [], [])
    for use in list(row_uses(objects.values(), row, key)):
        _let_go(now, out, use, key)
    return Removal(out.removed, [obj for obj in now.values() if objects[obj.pk] != obj], out.blocked)


def _remove(now: dict[str, ConfigObject], out: Removal, pk: str) -> None:
    out.removed.append(now.pop(pk))
    for use in list(uses(now.values(), pk)):
        _let_go(now, out, use, pk)


def _let_go(now: dict[str, ConfigObject], out: Removal, use: Use, key: Any) -> None:
    obj = now.get(use.user.pk)
    if obj is None:  # gone already, with another of its references
        return
    match use.action:
        case "cascade":
            _remove(now, out, obj.pk)
        case "set_null":
            now[obj.pk] = msgspec.structs.replace(obj, **{use.field: None})
        case "cascade_many":
            listed = getattr(obj, use.field)
            left = type(listed)(value for value in listed if value != key)
            now[obj.pk] = msgspec.structs.replace(obj, **{use.field: left})
        case _:
            out.blocked.append(use)


def _action(obj: ConfigObject, field: str) -> UsedByAction:
    if obj.family in _GONE_WITH:
        return "cascade"
    if isinstance(getattr(obj, field), list | tuple):
        return "cascade_many"
    required = next(info.required for info in fields_of(type(obj)) if info.name == field)
    return "left_dangling" if required else "set_null"
