"""The objects of the configuration: what each takes, and what it says is wrong with it."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from watchword.model.base import ConfigObject
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.prompt import Prompt

FLOW = {"name": "Sign in", "slug": "sign-in", "title": "Welcome", "designation": "authentication"}
BINDING = {"target": "f", "stage": "s", "order": 0}
POLICY_BINDING = {"target": "f", "order": 0}
PROMPT = {"name": "phone", "field_key": "phone", "label": "Phone", "type": "text"}


def test_every_object_gets_a_uuid_of_its_own() -> None:
    one, other = msgspec.convert(FLOW, Flow), msgspec.convert(FLOW, Flow)
    assert UUID(one.pk).version == 4
    assert one.pk != other.pk


def test_an_object_survives_json() -> None:
    flow = msgspec.convert(FLOW, Flow)
    assert msgspec.json.decode(msgspec.json.encode(flow), type=Flow) == flow


def test_an_object_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="immutable"):
        msgspec.convert(FLOW, Flow).slug = "x"  # type: ignore[misc]  # what the test is about


@pytest.mark.parametrize(
    ("obj", "label"),
    [
        (msgspec.convert(FLOW, Flow), "Sign in"),
        (msgspec.convert({**BINDING, "pk": "b-1"}, FlowStageBinding), "b-1"),
        (ExpressionPolicy(name="only mobiles", expression="return True"), "only mobiles"),
    ],
)
def test_a_person_calls_an_object_by_its_name_or_else_its_uuid(obj: ConfigObject, label: str) -> None:
    assert obj.called == label


@pytest.mark.parametrize("slug", ["a", "sign-in", "Sign_in2", "-", "x" * 50])
def test_slugs_are_letters_digits_hyphens_and_underscores(slug: str) -> None:
    flow = msgspec.convert({**FLOW, "slug": slug}, Flow)
    assert list(flow.problems()) == []


@pytest.mark.parametrize("slug", ["", "a b", "a/b", "ä", "../x", "x" * 51, "a\nb"])
def test_other_slugs_are_refused(slug: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="slug"):
        msgspec.convert({**FLOW, "slug": slug}, Flow)


def test_a_line_break_at_the_end_of_a_slug_is_found() -> None:
    assert [field for field, _ in msgspec.convert({**FLOW, "slug": "sign-in\n"}, Flow).problems()] == ["slug"]


@pytest.mark.parametrize(
    ("model", "values", "change"),
    [
        (Flow, FLOW, {"name": ""}),
        (Flow, FLOW, {"title": ""}),
        (Flow, FLOW, {"designation": "login"}),
        (Flow, FLOW, {"policy_engine_mode": "some"}),
        (Flow, FLOW, {"layout": "round"}),
        (Flow, FLOW, {"authentication": "maybe"}),
        (FlowStageBinding, BINDING, {"order": 2**31}),
        (FlowStageBinding, BINDING, {"order": -(2**31) - 1}),
        (FlowStageBinding, BINDING, {"order": 1.5}),
        (FlowStageBinding, BINDING, {"invalid_response_action": "ignore"}),
        (PolicyBinding, POLICY_BINDING, {"timeout": -1}),
        (PolicyBinding, POLICY_BINDING, {"order": 2**31}),
        (Prompt, PROMPT, {"type": "colour"}),
        (Prompt, PROMPT, {"field_key": ""}),
        (ExpressionPolicy, {"name": "p"}, {"expression": ""}),
        (NotificationWebhookMapping, {"name": "m"}, {"expression": ""}),
    ],
)
def test_illegal_values_are_refused_on_decoding(
    model: type[ConfigObject], values: dict[str, Any], change: dict[str, Any]
) -> None:
    with pytest.raises(msgspec.ValidationError, match=next(iter(change))):
        msgspec.convert({**values, **change}, model)


@pytest.mark.parametrize("order", [-(2**31), -1, 0, 2**31 - 1])
def test_orders_are_32_bit_integers(order: int) -> None:
    assert msgspec.convert({**BINDING, "order": order}, FlowStageBinding).order == order


@pytest.mark.parametrize(("plan", "reach"), [(True, True), (True, False), (False, True)])
def test_a_binding_evaluates_at_least_once(plan: bool, reach: bool) -> None:
    binding = FlowStageBinding(target="f", stage="s", order=0, evaluate_on_plan=plan, re_evaluate_policies=reach)
    assert list(binding.problems()) == []


def test_a_binding_that_never_evaluates_is_a_problem() -> None:
    binding = FlowStageBinding(target="f", stage="s", order=0, evaluate_on_plan=False, re_evaluate_policies=False)
    assert list(binding.problems()) == [
        ("non_field_errors", "Either evaluation on plan or evaluation on run must be enabled")
    ]


@pytest.mark.parametrize("given", [{"policy": "p"}, {"group": "g"}, {"user": 1}])
def test_a_policy_binding_binds_one_thing(given: dict[str, Any]) -> None:
    assert list(PolicyBinding(target="f", order=0, **given).problems()) == []


@pytest.mark.parametrize("given", [{}, {"policy": None}, {"policy": ""}])
def test_a_policy_binding_of_nothing_is_a_problem(given: dict[str, Any]) -> None:
    ((field, text),) = PolicyBinding(target="f", order=0, **given).problems()
    assert (field, text) == ("non_field_errors", "One of 'group', 'policy', 'user' must be set.")


@pytest.mark.parametrize("given", [{"policy": "p", "group": "g"}, {"policy": "p", "group": "g", "user": 1}])
def test_a_policy_binding_of_several_things_is_a_problem(given: dict[str, Any]) -> None:
    ((field, text),) = PolicyBinding(target="f", order=0, **given).problems()
    assert (field, text) == ("non_field_errors", "Only one of 'group', 'policy', 'user' can be set.")


@pytest.mark.parametrize("model", [ExpressionPolicy, NotificationWebhookMapping])
def test_an_expression_that_does_not_parse_is_a_problem(
    model: type[ExpressionPolicy] | type[NotificationWebhookMapping],
) -> None:
    assert list(model(name="x", expression="return {}").problems()) == []
    ((field, text),) = model(name="x", expression="return (").problems()
    assert field == "expression"
    assert text.startswith("Expression Syntax Error: ")


def test_a_prompts_texts_are_expressions_only_where_they_say_so() -> None:
    broken = {**PROMPT, "placeholder": "return (", "initial_value": "return ("}
    assert list(msgspec.convert(broken, Prompt).problems()) == []
    expressions = {**broken, "placeholder_expression": True, "initial_value_expression": True}
    fields = [field for field, _ in msgspec.convert(expressions, Prompt).problems()]
    assert fields == ["placeholder", "initial_value"]


def test_files_cannot_be_asked_for() -> None:
    ((field, _),) = msgspec.convert({**PROMPT, "type": "file"}, Prompt).problems()
    assert field == "type"
