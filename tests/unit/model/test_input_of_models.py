"""Input read for the models as they are: whole objects, parts of them, lists, secrets and names on the wire."""

from collections.abc import Mapping
from typing import Annotated, Any, get_type_hints

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.model.refused import said
from tests.unit.model.values import JSON, SCALARS, UUID, whole
from watchword.errors import FieldsInvalid
from watchword.model.base import ConfigObject
from watchword.model.fields import described
from watchword.model.flow import Flow
from watchword.model.input import BLANK, NULL, REQUIRED, Misread, Shape, read, read_fields, shape_of, shapes
from watchword.model.policy import PolicyBinding
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.authenticator_validate.stage import AuthenticatorValidateStage
from watchword.stages.catalogue import CATALOGUE
from watchword.stages.prompt import PromptStage

MODELS = list(CATALOGUE.values())


def read_or_refused(model: type[ConfigObject], given: dict[str, Any]) -> tuple[dict[str, Any], Mapping[str, Any]]:
    try:
        return read_fields(model, given, partial=True), {}
    except FieldsInvalid as refused:
        return {}, refused.errors


def is_said(errors: Any) -> bool:
    """Whether it is sentences, or sentences by place."""
    if isinstance(errors, dict):
        return bool(errors) and all(place.isdigit() and is_said(inner) for place, inner in errors.items())
    return isinstance(errors, list) and bool(errors) and all(isinstance(one, str) and one for one in errors)


@pytest.mark.parametrize("value", ["", " "])
def test_a_required_uuid_may_be_no_empty_text(value: str) -> None:
    assert said(PolicyBinding, {"target": value, "order": 0}) == {"target": [f"“{value.strip()}” is not a valid UUID."]}


def test_items_of_a_list_are_wrong_by_their_place() -> None:
    values = ["sms", "pigeon", None, "totp", 1]
    assert said(AuthenticatorValidateStage, {"name": "v", "device_classes": values}) == {
        "device_classes": {
            "1": ['"pigeon" is not a valid choice.'],
            "2": [NULL],
            "4": ['"1" is not a valid choice.'],
        }
    }


def test_lists_within_lists_are_wrong_by_place_within_place() -> None:
    shape = shape_of(list[list[int]])
    assert read(shape, [[1], [], [2.0, 3]]) == [[1], [], [2, 3]]
    with pytest.raises(Misread) as caught:
        read(shape, [[1], [2, "3"], 4])
    assert caught.value.said == {
        "1": {"1": ["A valid integer is required."]},
        "2": ['Expected a list of items but got type "int".'],
    }


@pytest.mark.parametrize(
    ("wrong", "message"), [("no", "“no” is not a valid UUID."), (None, NULL), (3, "Not a valid string.")]
)
def test_the_first_wrong_reference_of_a_list_is_named_without_its_place(wrong: Any, message: str) -> None:
    assert said(PromptStage, {"name": "p", "fields": [UUID, wrong, "also-no"]}) == {"fields": [message]}


def test_everything_that_is_wrong_is_told_at_once() -> None:
    given = {"name": " ", "slug": "a b", "designation": "x"}
    assert said(Flow, given) == {
        "name": [BLANK],
        "slug": ["Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."],
        "title": [REQUIRED],
        "designation": ['"x" is not a valid choice.'],
    }


def test_what_is_not_given_is_left_to_its_default() -> None:
    given = {"name": "f", "slug": "f", "title": "F", "designation": "recovery"}
    assert read_fields(Flow, given) == given


def test_nothing_is_missed_in_a_part() -> None:
    assert read_fields(Flow, {}, partial=True) == {}
    assert said(Flow, {"title": None}, partial=True) == {"title": [NULL]}


def test_keys_that_are_no_fields_and_the_pk_are_passed_over() -> None:
    assert read_fields(Flow, {"pk": 7, "title": "T", "model": "x", "problems": 1}, partial=True) == {"title": "T"}


def test_a_secret_that_is_null_counts_as_left_out() -> None:
    given = {"name": "s", "provider": "console", "auth": None, "auth_password": " kept "}
    assert read_fields(AuthenticatorSMSStage, given) == {"name": "s", "provider": "console", "auth_password": "kept"}
    assert said(AuthenticatorSMSStage, {"from_number": None}, partial=True) == {"from_number": [NULL]}


def test_a_required_secret_that_is_null_is_missed() -> None:
    form = msgspec.defstruct("Form", [("secret", Annotated[str, described("Secret", secret=True)])])
    assert said(form, {"secret": None}) == {"secret": [REQUIRED]}
    assert read_fields(form, {"secret": None}, partial=True) == {}


def test_fields_are_read_and_refused_under_their_names_on_the_wire() -> None:
    form = msgspec.defstruct("Form", [("page_size", int)], rename="camel")
    assert read_fields(form, {"pageSize": 3, "page_size": "x"}) == {"page_size": 3}
    assert said(form, {"page_size": 3}) == {"pageSize": [REQUIRED]}


def test_an_annotation_is_taken_apart_from_the_outside_in() -> None:
    outer, inner = described("Outer", max_length=5), described("Inner", max_length=9, min_length=1, ref="flow")
    shape = shape_of(Annotated[Annotated[str, inner] | None, outer, "else"])
    assert shape == Shape(str, True, (outer, inner))
    assert (shape.limit("max_length"), shape.limit("min_length"), shape.limit("pattern")) == (5, 1, None)
    assert (shape.said("ref"), shape.said("row"), shape.is_uuid) == ("flow", None, True)
    assert shape_of(list[int]) == Shape(list[int], False, ())


def test_a_users_number_is_no_uuid_but_a_groups_key_is() -> None:
    found = shapes(PolicyBinding)
    assert {name for name, shape in found.items() if shape.is_uuid} == {"target", "policy", "group"}


@given(st.data())
def test_any_json_is_read_or_refused_in_words(data: st.DataObject) -> None:
    model = data.draw(st.sampled_from(MODELS))
    name = data.draw(st.sampled_from([name for name in model.__struct_fields__ if name != "pk"]))
    value = data.draw(JSON | st.lists(SCALARS))
    values, errors = read_or_refused(model, {name: value})
    assert set(values) | set(errors) <= {name}
    assert all(is_said(inner) for inner in errors.values())
    hint = get_type_hints(model, include_extras=True)[name]
    assert all(msgspec.json.decode(msgspec.json.encode(one), type=hint) == one for one in values.values())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@settings(max_examples=25)
@given(data=st.data())
def test_what_is_read_is_stored_and_read_again_as_it_was(data: st.DataObject, model: type[ConfigObject]) -> None:
    obj = model(**read_fields(model, data.draw(whole(model))))
    assert msgspec.json.decode(msgspec.json.encode(obj), type=model) == obj
