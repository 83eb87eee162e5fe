"""What a blueprint may hold, as JSON schema (draft 2020-12), for editors.

To an editor a value with a tag is what stands behind the tag: `!KeyOf flow` a text, `!Find [...]` a list. So both are
allowed wherever a value is, but a text where one of few words is wanted: there the schema finds what is misspelt.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from watchword.blueprints.document import STATES
from watchword.blueprints.kind import Kind
from watchword.blueprints.library import META, MetaForm
from watchword.blueprints.people.groups import GROUP, GroupKind
from watchword.blueprints.people.tokens import TOKEN, TokenKind
from watchword.blueprints.people.users import USER, UserKind
from watchword.blueprints.schema_values import LISTED, null_or, value_schema
from watchword.model.base import ConfigObject

Schema = dict[str, Any]

_PEOPLE: dict[str, type[Kind[Any]]] = {USER: UserKind, GROUP: GroupKind, TOKEN: TokenKind}


def blueprint_schema(catalogue: Mapping[str, type[ConfigObject]]) -> Schema:
    forms: dict[str, type[msgspec.Struct]] = {**catalogue, **{name: kind.form for name, kind in _PEOPLE.items()}}
    models = dict(sorted(forms.items())) | {META: MetaForm}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Watchword blueprint",
        "type": "object",
        "required": ["entries"],
        "properties": {
            "version": {"const": 1, "default": 1},
            "metadata": null_or(_METADATA),
            "context": null_or({"type": "object", "description": "Values for !Context."}),
            "entries": {
                "type": ["array", "object"],
                "description": "A list, or sections of lists; applied from the top to the bottom.",
                "items": {"$ref": "#/$defs/entry"},
                "additionalProperties": {"type": "array", "items": {"$ref": "#/$defs/entry"}},
            },
        },
        "$defs": {
            "entry": _entry(models),
            **{_name(model): _attributes(form) for model, form in models.items()},
        },
    }


_METADATA: Schema = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "description": "Stands in the history of the configuration."},
        "labels": null_or({"type": "object", "additionalProperties": {"type": "string"}}),
    },
}


def _name(model: str) -> str:
    return f"model_{model}"


def _entry(models: Mapping[str, type[msgspec.Struct]]) -> Schema:
    return {
        "type": "object",
        "required": ["model"],
        "additionalProperties": False,
        "properties": {
            "model": {"description": "What it is.", "anyOf": [{"enum": list(models)}, LISTED]},
            "id": {"description": "A name for !KeyOf, within this file.", "type": ["string", "integer", "null"]},
            "state": {
                "description": "What there should be.",
                "default": "present",
                "anyOf": [{"enum": list(STATES)}, LISTED],
            },
            "conditions": {"description": "The entry counts only if all are true.", "type": ["array", "null"]},
            "permissions": {"description": "There are none here.", "type": ["array", "null"], "maxItems": 0},
            "identifiers": {"description": "How to find it: by pk, or else by all other fields.", "type": "object"},
            "attrs": {"description": "The other fields.", "type": ["object", "null"]},
        },
        "anyOf": [{"required": ["identifiers"]}, {"properties": {"model": {"const": META}}}],
        "allOf": list(_by_model(models)),
    }


def _by_model(models: Mapping[str, type[msgspec.Struct]]) -> Iterator[Schema]:
    for model, form in models.items():
        attributes = {"attrs": null_or({"$ref": f"#/$defs/{_name(model)}"})}
        identifiers = {} if model == META else {"identifiers": _identifiers(model, form)}
        yield {
            "if": {"properties": {"model": {"const": model}}, "required": ["model"]},
            "then": {"properties": attributes | identifiers},
        }


def _identifiers(model: str, form: type[msgspec.Struct]) -> Schema:
    """The pk is no attribute of people: they are only found by it."""
    kind = _PEOPLE.get(model)
    found_by = (*kind.found_by, *kind.beside) if kind else form.__struct_fields__
    own = {field: {"$ref": f"#/$defs/{_name(model)}/properties/{field}"} for field in found_by if field != "pk"}
    pk = {"pk": {"description": "Its own number or uuid.", "type": ["string", "integer", "array"]}}
    return {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": own | (pk if "pk" in found_by else {}),
    }


def _attributes(form: type[msgspec.Struct]) -> Schema:
    described = msgspec.json.schema_components([form])[1][form.__name__]
    required = set(described.get("required", ()))
    return {
        "type": "object",
        "description": described.get("description", ""),
        "additionalProperties": False,
        "properties": {
            field: value_schema(value, optional=field not in required)
            for field, value in described["properties"].items()
            if field != "pk"
        },
    }
