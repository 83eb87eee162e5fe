"""JSON Schema in words that people read."""

from collections.abc import Iterator, Mapping
from typing import Any

from watchword.web.pages.api_rows import Field

_TYPES = {
    "string": "text",
    "integer": "number",
    "number": "number with a fraction",
    "boolean": "true or false",
    "object": "object",
    "null": "null",
}
_FORMATS = {"uuid": "uuid", "date-time": "date and time", "binary": "file"}


def fields_of_schema(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Field]:
    """Those of an object, in their order; none of anything else."""
    found = resolved(document, schema)
    required = found.get("required", [])
    for name, one in found.get("properties", {}).items():
        yield Field(name=name, type=type_of(document, one), required=name in required, help=_help(one))


def resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference means."""
    if "$ref" not in schema:
        return schema
    found: Mapping[str, Any] = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def type_of(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """As "uuid or null", "list of text", "one of any, all"; an object by its name."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        parts = [type_of(document, one) for one in schema["anyOf"] if one.get("maxLength") != 0]
        return " or ".join(dict.fromkeys(parts))
    if schema.get("type") == "array":
        return f"list of {type_of(document, schema.get('items', {}))}".removesuffix(" of ")
    kind = str(schema.get("type", ""))
    return _FORMATS.get(schema.get("format", "")) or _TYPES.get(kind, kind)


def _help(schema: Mapping[str, Any]) -> str:
    """Title and description of the field, or of what it may be beside null."""
    about = next((one for one in [schema, *schema.get("anyOf", [])] if one.get("title")), schema)
    title, text = about.get("title", ""), about.get("description", "")
    return f"{title}. {text}".strip() if title else text
