"""The types of requests and answers, as JSON Schema tells them to clients."""

from functools import cache
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.unit.model.values import JSON, UUID, whole
from watchword.model.base import ConfigObject
from watchword.model.fields import described, fields_of, secret_fields
from watchword.model.flow import Flow
from watchword.model.input import read_fields, unstorable
from watchword.model.policy import PolicyBinding
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.authenticator_validate.stage import AuthenticatorValidateStage
from watchword.stages.catalogue import CATALOGUE
from watchword.stages.prompt import PromptStage
from watchword.web.api.openapi import document
from watchword.web.api.schema import ALL
from watchword.web.api.shapes import Uuid, page_type, request_type, view_type

every_model = pytest.mark.parametrize("model", CATALOGUE.values(), ids=lambda model: model.__name__)


class More(msgspec.Struct, kw_only=True):
    """Worked out."""

    stages: list[Uuid]
    count: int = 0


def schema_of(made: type[msgspec.Struct]) -> dict[str, Any]:
    """By itself, with whatever it refers to."""
    [reference], components = msgspec.json.schema_components([made], ref_template="#/$defs/{name}")
    schema = {**reference, "$defs": components}
    Draft202012Validator.check_schema(schema)
    return schema


def told(made: type[msgspec.Struct]) -> Any:
    return schema_of(made)["$defs"][made.__name__]


@cache
def view(model: type[ConfigObject]) -> Any:
    return told(view_type(model.__name__, model))


@cache
def request(model: type[ConfigObject]) -> Any:
    return told(request_type(f"{model.__name__}Request", model))


@cache
def patch(model: type[ConfigObject]) -> Any:
    return told(request_type(f"Patched{model.__name__}Request", model, partial=True))


def admits(schema: Any, value: Any) -> bool:
    return bool(Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).is_valid(value))


def text_of(schema: Any) -> Any:
    """What is said of the text itself, within a list or beside null."""
    if "items" in schema:
        return text_of(schema["items"])
    nullable = {"type": "null"} in schema.get("anyOf", ())
    return next(text_of(one) for one in schema["anyOf"] if one["type"] != "null") if nullable else schema


@every_model
def test_an_answer_has_the_pk_and_every_field(model: type[ConfigObject]) -> None:
    names = ["pk", *(info.name for info in fields_of(model))]
    assert list(view(model)["properties"]) == view(model)["required"] == names


@every_model
def test_a_request_has_every_field_but_the_pk_and_requires_what_the_model_does(model: type[ConfigObject]) -> None:
    assert list(request(model)["properties"]) == [info.name for info in fields_of(model)]
    assert request(model)["required"] == [info.name for info in fields_of(model) if info.required]


@every_model
def test_a_patch_has_the_same_fields_and_requires_nothing(model: type[ConfigObject]) -> None:
    assert list(patch(model)["properties"]) == list(request(model)["properties"])
    assert patch(model)["required"] == []
    assert not [name for name, field in patch(model)["properties"].items() if "default" in field]
    assert admits(patch(model), {})


@every_model
def test_uuids_have_the_format_and_nothing_else_has_it(model: type[ConfigObject]) -> None:
    uuids = {info.name for info in fields_of(model) if info.ref or info.row == "group"}
    for schema, expected in ((view(model), uuids | {"pk"}), (request(model), uuids), (patch(model), uuids)):
        assert {name for name, field in schema["properties"].items() if is_uuid(text_of(field))} == expected


def is_uuid(text: dict[str, Any]) -> bool:
    return text.get("format") == "uuid" or text.get("anyOf") == [{"format": "uuid"}, {"maxLength": 0}]


def test_a_uuid_has_the_format_beside_null_and_within_lists() -> None:
    policy, fields = view(PolicyBinding)["properties"]["policy"], request(PromptStage)["properties"]["fields"]
    assert [one.get("format") for one in policy["anyOf"]] == ["uuid", None]
    assert (fields["type"], fields["items"]["format"]) == ("array", "uuid")


def test_a_reference_that_may_be_null_may_be_sent_empty() -> None:
    sent, shown = (of(PolicyBinding)["properties"]["policy"] for of in (request, view))
    for value, fits in (("", True), ("5f3b1f2e-0000-4000-8000-000000000000", True), (None, True), ("none", False)):
        assert admits(sent, value) is fits
    assert not admits(shown, "")


def test_moments_have_the_format_in_what_is_sent_and_in_what_is_answered() -> None:
    schemas = document(ALL)["components"]["schemas"]
    for name, field in (("TokenRequest", "expires"), ("Token", "expires"), ("User", "date_joined")):
        assert text_of(schemas[name]["properties"][field])["format"] == "date-time", name


@every_model
def test_secrets_may_be_null_in_requests_and_are_texts_in_answers(model: type[ConfigObject]) -> None:
    for name in secret_fields(model):
        assert admits(request(model)["properties"][name], None)
        assert admits(patch(model)["properties"][name], None)
        assert not admits(view(model)["properties"][name], None)


def test_there_are_secrets_and_other_texts_may_not_be_null() -> None:
    fields = request(AuthenticatorSMSStage)["properties"]
    assert {name for name in fields if admits(fields[name], None)} == {
        *("auth", "auth_password"),
        *("mapping", "configure_flow"),
    }


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("title", "a b", True),
        ("title", "\n a", True),
        ("title", "", False),
        ("title", " \n", False),
        ("title", "a\x00", False),
        ("background", "", True),
        ("background", "\x00", False),
        ("slug", "sign-in", True),
        ("slug", "sign in", False),
        ("slug", "x" * 51, False),
        ("designation", "recovery", True),
        ("designation", "login", False),
    ],
)
def test_requests_say_which_texts_are_refused(name: str, value: str, expected: bool) -> None:
    assert admits(request(Flow)["properties"][name], value) is expected


def test_answers_say_nothing_of_what_texts_must_hold() -> None:
    assert admits(view(Flow)["properties"]["background"], "\x00")
    assert "pattern" not in view(Flow)["properties"]["title"]


def test_requests_tell_the_defaults() -> None:
    fields = request(AuthenticatorValidateStage)["properties"]
    assert fields["configuration_stages"]["default"] == []
    assert fields["not_configured_action"]["default"] == "skip"
    assert "default" not in fields["name"]


def test_requests_have_the_names_on_the_wire() -> None:
    form = msgspec.defstruct("Form", [("page_size", Annotated[int, described("Size", ge=1)])], rename="camel")
    assert told(request_type("FormRequest", form)) == {
        "title": "FormRequest",
        "type": "object",
        "properties": {"pageSize": {"title": "Size", "description": "", "type": "integer", "minimum": 1}},
        "required": ["pageSize"],
    }


def test_an_answer_has_what_is_worked_out_beside_the_fields_or_alone() -> None:
    beside, alone = told(view_type("FlowAndMore", Flow, More)), told(view_type("JustMore", None, More))
    assert beside["required"] == [*view(Flow)["required"], "stages", "count"]
    assert beside["description"] == "An ordered list of stage bindings, addressed by its slug."
    assert (alone["required"], alone["description"]) == (["stages", "count"], "Worked out.")
    assert alone["properties"]["stages"]["items"] == {"type": "string", "format": "uuid"}


def test_a_type_is_made_once() -> None:
    assert view_type("Flow", Flow) is view_type("Flow", Flow)
    assert request_type("FlowRequest", Flow) is request_type("FlowRequest", Flow)
    assert request_type("FlowRequest", Flow) is not request_type("FlowRequest", Flow, partial=True)


def test_a_page_is_the_envelope_around_its_items() -> None:
    made = page_type(view_type("Flow", Flow))
    assert told(made)["required"] == ["pagination", "results", "autocomplete"]
    assert told(made)["properties"]["results"] == {"type": "array", "items": {"$ref": "#/$defs/Flow"}}
    assert made.__name__ == "PaginatedFlowList"
    place = dict.fromkeys(("next", "previous", "count", "current", "total_pages", "start_index", "end_index"), 0)
    assert admits(schema_of(made), {"pagination": place, "results": [], "autocomplete": {}})
    assert not admits(schema_of(made), {"pagination": place, "results": [{"pk": UUID}], "autocomplete": {}})


@every_model
@settings(max_examples=10)
@given(data=st.data())
def test_what_can_be_sent_is_admitted_and_answered_as_told(data: st.DataObject, model: type[ConfigObject]) -> None:
    given = data.draw(whole(model))
    assert admits(request(model), given)
    assert admits(patch(model), given)
    obj = model(pk=UUID, **read_fields(model, given))
    assert admits(view(model), msgspec.to_builtins(obj))


@given(st.data())
def test_what_a_patch_admits_is_read(data: st.DataObject) -> None:
    """Where the databases can hold it, and but for a user's number: the schema sets it no bounds."""
    model = data.draw(st.sampled_from([*CATALOGUE.values()]))
    name = data.draw(st.sampled_from([name for name in patch(model)["properties"] if name != "user"]))
    given = {name: data.draw(JSON.filter(lambda value: unstorable(value) is None))}
    if admits(patch(model), given):
        assert set(read_fields(model, given, partial=True)) <= {name}
