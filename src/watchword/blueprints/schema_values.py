"""A field's JSON schema, widened by what tags look like, and by what a blueprint may write in its place."""

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
"""A tag with one value, as `!KeyOf flow`."""
LISTED: Schema = {"type": "array", "title": "A tag with a list, as !Find [model, [field, value]]"}

_SAID = ("title", "description", "default")


def null_or(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def value_schema(field: Schema, *, optional: bool) -> Schema:
    """`field` is what msgspec says of it. Null gives a field its default back."""
    said = {key: field[key] for key in _SAID if key in field}
    kinds = field.get("anyOf") or [{key: value for key, value in field.items() if key not in _SAID}]
    options: list[Schema] = []
    for kind in kinds:
        said = {key: kind[key] for key in _SAID if key in kind} | said
        options += [option for option in _widened(kind) if option not in options]
    null = {"type": "null"}
    return {**said, "anyOf": [*options, *([null] if optional and null not in options else [])]}


def _widened(kind: Schema) -> list[Schema]:
    """Patterns are left to applying: a tag's text would hardly fit."""
    core = {key: value for key, value in kind.items() if key not in (*_SAID, "pattern", "format")}
    if "enum" in core:
        numbers = [int(word) for word in core["enum"] if str(word).isdigit()]
        return [{"enum": [*core["enum"], *numbers]}, LISTED]
    match core.get("type"):
        case "null":
            return [core]
        case "string":
            return [{**core, "type": ["string", "integer"]}, LISTED]
        case "array":
            return [{**core, "items": {"anyOf": [*_widened(core["items"]), {"type": "object"}]}}, TEXT]
        case _:
            return [core, TEXT, LISTED]
