"""What an entry says, held against the fields of its model: every field that is wrong is told."""

import math
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from watchword.blueprints.document import Entry
from watchword.blueprints.problems import Collector
from watchword.model.input import INT64, shapes


class Misfit(Exception):
    """The message is a sentence that does not repeat the value: it may be secret."""


def checked(form: type[msgspec.Struct], entry: Entry, *, partial: bool) -> dict[str, Any]:
    """The fields that the entry gives, converted; with `partial` none is missed.

    Keys that are no fields are ignored, as authentik does it, and so is `pk`, which identifies. Null means the
    field's default, but leaves a secret as it is: an `!Env` that is not set must not empty it. Raises
    `BlueprintInvalid`.
    """
    collector = Collector(entry.place)
    values = entry.values
    fitted: dict[str, Any] = {}
    for field in msgspec.structs.fields(form):
        if field.name == "pk" or (partial and field.name not in values):
            continue
        if values.get(field.name) is None and not field.required:
            if field.name in values and not (partial and is_secret(form, field.name)):
                fitted[field.name] = default_of(field)
            continue
        try:
            fitted[field.name] = _fitted(form, values, field.name)
        except Misfit as error:
            collector.add(str(error), model=entry.model, field=field.name, place=entry.at(field.name))
    collector.check()
    return fitted


def fit(form: type[msgspec.Struct], name: str, value: Any) -> Any:
    """A value as the field has it; raises `Misfit`."""
    annotation = _annotations(form)[name]
    if problem := unstorable(value):
        raise Misfit(problem)
    if type(value) is int and (str in _bare(annotation) or str(value) in _choices(annotation)):
        value = str(value)
    try:
        # Not strict: what comes from !Env is text, also where a number, true or false is wanted.
        return msgspec.convert(value, annotation, strict=False)
    except msgspec.ValidationError as error:
        raise Misfit(_sentence(str(error), annotation, value)) from None


def is_secret(form: type[msgspec.Struct], name: str) -> bool:
    return bool(shapes(form)[name].said("secret"))


def default_of(field: msgspec.structs.FieldInfo) -> Any:
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()


def unstorable(value: Any) -> str | None:
    """Why neither database can hold this value, or what is in it; None where both can."""
    for part in _parts(value):
        if isinstance(part, str) and ("\x00" in part or not _is_unicode(part)):
            return "A text must not hold NUL, nor half a character."
        if isinstance(part, int) and part not in INT64:
            return "This number is too large. Put it in quotes."
        if isinstance(part, float) and not math.isfinite(part):
            return "This is no number."
    return None


@cache
def _annotations(form: type[msgspec.Struct]) -> dict[str, Any]:
    return get_type_hints(form, include_extras=True)


def _fitted(form: type[msgspec.Struct], values: dict[str, Any], name: str) -> Any:
    if name not in values:
        raise Misfit("This field is required.")
    if values[name] is None:
        raise Misfit("This is empty, and needs a value.")
    return fit(form, name, values[name])


def _sentence(message: str, annotation: Any, value: Any) -> str:
    if message.startswith("Invalid enum value"):  # msgspec repeats the value
        return f"Choose from {', '.join(_choices(annotation))}."
    hint = " Put it in quotes." if isinstance(value, bool | float) and "Expected `str" in message else ""
    return f"{message}.{hint}"


def _bare(annotation: Any) -> tuple[Any, ...]:
    """What an annotation comes down to: `Annotated[str, ...] | None` to str and None."""
    args = get_args(annotation)
    if hasattr(annotation, "__metadata__"):
        return _bare(args[0])
    if get_origin(annotation) in (list, dict, Literal) or not args:
        return (annotation,)
    return tuple(part for arg in args for part in _bare(arg))


def _choices(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from map(str, get_args(annotation))
    else:
        for inner in get_args(annotation):
            yield from _choices(inner)


def _parts(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, dict):
        yield from value.keys()
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _parts(inner)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
