"""Lists of configuration objects: what filters them, what is searched, and the order they come in."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.errors import FieldsInvalid
from watchword.model.base import ConfigObject
from watchword.model.fields import secret_fields
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import PolicyBinding
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.authenticator_validate.stage import AuthenticatorValidateStage
from watchword.stages.catalogue import CATALOGUE
from watchword.stages.deny import DenyStage
from watchword.stages.prompt import PromptStage
from watchword.web.api.filtering import filters_of, matching, ordered, parameters, read_uuid, searched

MODELS = list(CATALOGUE.values())
ONE, TWO, THREE = (f"{digit * 8}-{digit * 4}-{digit * 4}-{digit * 4}-{digit * 12}" for digit in "1a2")
UUID = {"type": "string", "format": "uuid"}
NO_UUID = ["Enter a valid UUID."]


def flow(pk: str, name: str = "", **more: Any) -> Flow:
    values = {"name": name or pk, "slug": pk, "title": "T", "designation": "recovery"}
    return Flow(pk=pk, **(values | more))


def sms(pk: str, **more: Any) -> AuthenticatorSMSStage:
    return AuthenticatorSMSStage(pk=pk, name=pk, provider="console", **more)


def validate(pk: str, **more: Any) -> AuthenticatorValidateStage:
    return AuthenticatorValidateStage(pk=pk, name=pk, **more)


def judge(pk: str, **who: Any) -> PolicyBinding:
    return PolicyBinding(pk=pk, target=THREE, order=0, **who)


def found(objects: Sequence[ConfigObject], aliases: Sequence[str] = (), **query: str) -> list[str]:
    texts = {name: [text] for name, text in query.items()}
    return [obj.pk for obj in matching(objects, type(objects[0]), texts, aliases)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_but_the_pk_and_secrets_is_a_filter(model: type[ConfigObject]) -> None:
    assert {*filters_of(model), "pk", *secret_fields(model)} == set(model.__struct_fields__)
    assert not {"pk", *secret_fields(model)} & set(filters_of(model))


def test_a_secret_filters_nothing() -> None:
    assert found([sms("a", auth="one"), sms("b", auth="two")], auth="one") == ["a", "b"]


def filled(schema: dict[str, Any]) -> dict[str, Any]:
    """Of a filter with a value: one without counts as left out."""
    [value, empty] = schema["anyOf"]
    assert empty == {"type": "string", "maxLength": 0}
    return dict(value)


INTEGER = {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1}


def test_each_filter_is_described_as_it_is_read() -> None:
    described = {one.name: filled(one.schema) for one in parameters(PolicyBinding, ("policy_binding_uuid",))}
    assert list(described)[:2] == ["policy_binding_uuid", "target"]
    assert described["policy_binding_uuid"] == described["target"] == described["policy"] == described["group"] == UUID
    assert described["user"] == described["order"] == INTEGER
    assert described["negate"] == {"type": "boolean"}


@pytest.mark.parametrize(
    ("model", "name", "schema"),
    [
        (Flow, "name", {"type": "string"}),
        (Flow, "policy_engine_mode", {"type": "string", "enum": ["all", "any"]}),
        (AuthenticatorValidateStage, "sms_otp_throttling_factor", {"type": "number"}),
        (PromptStage, "fields", UUID),
    ],
)
def test_a_filter_has_the_type_of_one_value(model: type[ConfigObject], name: str, schema: dict[str, Any]) -> None:
    assert next(filled(one.schema) for one in parameters(model, ()) if one.name == name) == schema


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["a", "b", "c"]),
        ({"name": "x"}, ["a", "c"]),
        ({"name": "X"}, []),
        ({"name": "x", "slug": "c"}, ["c"]),
        ({"name": ""}, ["a", "b", "c"]),
        ({"nobody": "x"}, ["a", "b", "c"]),
        ({"pk": "a"}, ["a", "b", "c"]),
        ({"designation": "enrollment"}, ["b"]),
        ({"compatibility_mode": "true"}, ["b"]),
        ({"compatibility_mode": "True"}, ["b"]),
        ({"compatibility_mode": "FALSE"}, ["a", "c"]),
        ({"compatibility_mode": "0"}, ["a", "c"]),
    ],
)
def test_flows_are_filtered_by_their_fields(query: dict[str, str], expected: list[str]) -> None:
    flows = [flow("a", "x"), flow("b", "y", designation="enrollment", compatibility_mode=True), flow("c", "x")]
    assert found(flows, **query) == expected


def test_the_last_value_of_a_filter_counts() -> None:
    flows = [flow("a"), flow("b")]
    assert matching(flows, Flow, {"slug": ["a", "b"]}, ()) == [flows[1]]
    assert matching(flows, Flow, {"slug": ["a", ""]}, ()) == flows


def test_an_alias_is_the_pk_in_any_letter_case() -> None:
    flows = [flow(ONE), flow(TWO)]
    assert found(flows, ("flow_uuid", "pbm"), flow_uuid=TWO.upper()) == [TWO]
    assert found(flows, (), flow_uuid=TWO) == [ONE, TWO]


def test_references_are_filtered_in_any_letter_case_and_none_is_no_match() -> None:
    bindings = [judge("a", group=TWO), judge("b", group=ONE), judge("c", user=7)]
    assert found(bindings, group=TWO.upper()) == ["a"]
    assert found(bindings, user="7") == ["c"]
    assert found(bindings, user="8") == []


def test_a_list_matches_where_it_holds_the_value() -> None:
    stages = [validate("a", device_classes=["sms"]), validate("b", device_classes=["totp", "sms"]), validate("c")]
    assert found(stages, device_classes="totp") == ["b", "c"]
    assert found([PromptStage(pk="p", name="p", fields=[ONE, TWO])], fields=TWO.upper()) == ["p"]


def test_numbers_are_compared_as_numbers() -> None:
    stages = [validate("a", sms_otp_throttling_factor=1.5), validate("b")]
    assert found(stages, sms_otp_throttling_factor="1.50") == ["a"]
    assert found(stages, sms_otp_throttling_factor="1") == ["b"]
    assert found([sms("a", code_length=8), sms("b")], code_length="08") == ["a"]


def test_every_value_that_can_be_none_of_its_field_is_told() -> None:
    query = {
        "target": ["no"],
        "order": ["1.5"],
        "user": ["x"],
        "policy": [ONE],
        "uuid": ["no"],
        "timeout": ["9" * 9999],
    }
    with pytest.raises(FieldsInvalid) as caught:
        matching([], PolicyBinding, query, ("uuid",))
    number = ["Enter a number."]
    assert caught.value.errors == {
        "target": NO_UUID,
        "order": number,
        "user": number,
        "uuid": NO_UUID,
        "timeout": number,
    }


def test_a_value_that_is_no_choice_is_told_in_part() -> None:
    with pytest.raises(FieldsInvalid) as caught:
        matching([], Flow, {"designation": ["x" * 200]}, ())
    said = f"Select a valid choice. {'x' * 100} is not one of the available choices."
    assert caught.value.errors == {"designation": [said]}


@given(st.data())
def test_any_query_filters_or_is_refused_by_field(data: st.DataObject) -> None:
    model = data.draw(st.sampled_from(MODELS))
    texts = st.text() | st.sampled_from(["1", "-1", "true", "nan", "1e999", ONE, "sms"])
    query = data.draw(st.dictionaries(st.sampled_from(model.__struct_fields__), st.lists(texts, min_size=1)))
    try:
        assert matching([], model, query, ("pk",)) == []
    except FieldsInvalid as refused:
        refusals = refused.errors
    else:
        refusals = {}
    assert set(refusals) <= set(query)


@pytest.mark.parametrize(
    "text", ["", "x", ONE.replace("-", ""), f" {ONE}", f"{ONE}\n", f"{{{ONE}}}", ONE.replace("1", "g")]
)
def test_what_is_no_uuid_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Enter a valid UUID"):
        read_uuid(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["a", "b", "c"]),
        (" ,\t", ["a", "b", "c"]),
        ("SIGN", ["a", "b"]),
        ("in sign", ["a", "b"]),
        ("sign,up", ["b"]),
        ("strasse", ["c"]),
        ("nothing", []),
    ],
)
def test_every_term_must_occur_in_one_of_the_texts(text: str, expected: list[str]) -> None:
    flows = [flow("a", "Sign in"), flow("b", "Sign up", title="Join"), flow("c", "Straße")]
    assert [obj.pk for obj in searched(flows, text, lambda obj: [obj.name, obj.title])] == expected


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("", ["c", "a", "b"]),
        ("nobody", ["c", "a", "b"]),
        ("-nobody", ["c", "a", "b"]),
        ("--title", ["c", "a", "b"]),
        ("pk", ["a", "b", "c"]),
        ("-pk", ["c", "b", "a"]),
        ("title", ["a", "c", "b"]),
        ("-title", ["b", "a", "c"]),
        ("name", ["c", "a", "b"]),
        ("-name", ["a", "b", "c"]),
    ],
)
def test_flows_come_by_a_field_or_by_default_and_equals_by_pk(ordering: str, expected: list[str]) -> None:
    flows = [flow("b", "y", title="2"), flow("c", "x", title="1"), flow("a", "y", title="1")]
    assert [obj.pk for obj in ordered(flows, ordering, Flow, ("name",))] == expected


def test_numbers_come_by_size_and_nothing_comes_first() -> None:
    places = [FlowStageBinding(pk=pk, target="t", stage="s", order=order) for pk, order in (("a", 10), ("b", 9))]
    assert [obj.pk for obj in ordered([*places], "order", FlowStageBinding, ("target", "order"))] == ["b", "a"]
    assert [obj.pk for obj in ordered([*places], "", FlowStageBinding, ("target", "order"))] == ["b", "a"]
    bindings = [judge("a", user=10), judge("b"), judge("c", user=9)]
    assert [obj.pk for obj in ordered([*bindings], "user", PolicyBinding, ())] == ["b", "c", "a"]
    assert [obj.pk for obj in ordered([*bindings], "-user", PolicyBinding, ())] == ["a", "c", "b"]


def test_a_secret_gives_no_order() -> None:
    stages = [sms("b", auth="1"), sms("a", auth="2")]
    assert [obj.pk for obj in ordered([*stages], "auth", AuthenticatorSMSStage, ("name",))] == ["a", "b"]


@given(st.data())
def test_every_ordering_gives_every_object_once(data: st.DataObject) -> None:
    stages = [DenyStage(pk=str(number), name=str(number % 3)) for number in data.draw(st.permutations(range(5)))]
    ordering = data.draw(st.sampled_from(["", "-"])) + data.draw(st.text() | st.sampled_from(["name", "pk"]))
    assert sorted(obj.pk for obj in ordered([*stages], ordering, DenyStage, ("name",))) == list("01234")
