"""What a prompt shows before it is answered: literals, expressions, and the data of the run before both."""

from typing import Any

import pytest

from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import asks, flow, guard, prompt
from tests.unit.engine.visitor import Shown, Visitor


def with_data(**data: Any) -> str:
    """A policy that puts something into the run's data beforehand."""
    return f'context["flow_plan"].context["prompt_data"] = {data!r}\nreturn True'


async def only_field(visitor: Visitor) -> Shown:
    (field,) = (await visitor.start())["fields"]
    shown: Shown = field
    return shown


@pytest.mark.parametrize("name", ["initial_value", "placeholder"])
async def test_an_expression_knows_the_visitor(engine: Engine, owner: Visitor, other: Visitor, name: str) -> None:
    source = "return f\"{user.username} at {http_request.META['REMOTE_ADDR']}\""
    settings: dict[str, Any] = {name: source, f"{name}_expression": True}
    await engine.install(flow(asks(prompt("a", **settings))))
    assert (await only_field(owner))[name] == f"{OWNER.username} at {owner.address}"
    assert (await only_field(other))[name] == f"{OTHER.username} at {other.address}"


async def test_an_expression_sees_the_earlier_answers(engine: Engine, owner: Visitor) -> None:
    second = prompt("b", initial_value='return prompt_context["a"] + "!"', initial_value_expression=True)
    await engine.install(flow(asks(prompt("a"), name="one"), asks(second, name="two")))
    await owner.start()
    assert (await owner.answer(a="hello"))["fields"][0]["initial_value"] == "hello!"


@pytest.mark.parametrize(
    ("source", "shown"), [("return True", "True"), ("return 42", "42"), ("return None", ""), ("return ''", "")]
)
async def test_what_an_expression_returns_is_shown_as_text(
    engine: Engine, owner: Visitor, source: str, shown: str
) -> None:
    await engine.install(flow(asks(prompt("a", initial_value=source, initial_value_expression=True))))
    assert (await only_field(owner))["initial_value"] == shown


async def test_a_literal_is_never_evaluated(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(asks(prompt("a", initial_value="return 1", placeholder="return 2"))))
    field = await only_field(owner)
    assert (field["initial_value"], field["placeholder"]) == ("return 1", "return 2")


async def test_the_data_of_the_run_come_before_the_expression(engine: Engine, owner: Visitor) -> None:
    asked = asks(prompt("a", initial_value="return 'ours'", initial_value_expression=True))
    await engine.install(flow(asked, guards=[guard(with_data(a="return 'theirs'"))]))
    assert (await only_field(owner))["initial_value"] == "return 'theirs'"


async def test_a_failing_expression_shows_itself_and_leaves_an_event(engine: Engine, owner: Visitor) -> None:
    source = "first = 1\nreturn nobody.name"
    await engine.install(flow(asks(prompt("a", placeholder=source, placeholder_expression=True))))
    assert (await only_field(owner))["placeholder"] == source
    (event,) = await engine.events("property_mapping_exception")
    assert event.message == "The placeholder expression of prompt 'prompt a' failed"
    assert (event.context["prompt"], event.context["field"], event.context["line"]) == ("prompt a", "placeholder", 2)


@pytest.mark.parametrize("kind", ["dropdown", "radio-button-group"])
@pytest.mark.parametrize(
    ("source", "choices"),
    [
        ('return ["a", "b"]', [("a", "a"), ("b", "b")]),
        ("return (1, 2)", [("1", "1"), ("2", "2")]),
        ('return [{"value": "a", "label": "Apple"}, "b"]', [("a", "Apple"), ("b", "b")]),
        ('return "single"', [("single", "single")]),
        ("return []", None),
        ("return None", None),
    ],
)
async def test_choices_are_what_the_expression_lists(
    engine: Engine, owner: Visitor, kind: Any, source: str, choices: list[tuple[str, str]] | None
) -> None:
    await engine.install(flow(asks(prompt("a", kind, placeholder=source, placeholder_expression=True))))
    field = await only_field(owner)
    shown = [(choice["value"], choice["label"]) for choice in field["choices"]] if field["choices"] else None
    assert shown == choices
    assert (field["placeholder"], field["initial_value"]) == ("", choices[0][0] if choices else "")


@pytest.mark.parametrize(("initial", "chosen"), [("b", "b"), ("z", "a")])
async def test_a_list_begins_with_its_initial_value_or_its_first_choice(
    engine: Engine, owner: Visitor, initial: str, chosen: str
) -> None:
    field = prompt("a", "dropdown", placeholder='return ["a", "b"]', placeholder_expression=True, initial_value=initial)
    await engine.install(flow(asks(field)))
    assert (await only_field(owner))["initial_value"] == chosen


async def test_choices_may_come_from_the_data_of_the_run(engine: Engine, owner: Visitor) -> None:
    await engine.install(
        flow(asks(prompt("a", "dropdown", placeholder="x")), guards=[guard(with_data(a__choices=["p", "q"]))])
    )
    assert [choice["value"] for choice in (await only_field(owner))["choices"]] == ["p", "q"]
    assert "response_errors" in await owner.answer(a="x")
    assert "response_errors" not in await owner.answer(a="q")
