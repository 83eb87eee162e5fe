"""What multiplies itself is refused before it fills the memory; each of these would be gigabytes, or never end."""

import pytest

from tests.unit.blueprints.bench import HEAD, Bench, flow
from watchword.blueprints.budget import MAX_DEPTH, MAX_TEXT, MAX_VALUES, Budget, Exhausted
from watchword.blueprints.nodes import MAX_NODES
from watchword.blueprints.problems import BlueprintInvalid
from watchword.blueprints.reader import read
from watchword.blueprints.tag import Given, Scope, resolve

MUCH = "makes too much: the tags of a blueprint may come to 200000 values and 5000000 characters."
DEEP = f"leads too deep: values nest at most {MAX_DEPTH} deep."


def wrong(text: str, *context: str, **given: str) -> str:
    blueprint = read("\n".join(["entries: []", "context:", f"  value: {text}", *context]), "bomb.yaml")
    with pytest.raises(BlueprintInvalid) as caught:
        resolve(blueprint.context["value"], Scope(Given(env=given), blueprint.context))
    (problem,) = caught.value.problems
    return problem.message.split(" ", 1)[1]


def doubling(levels: int, body: str) -> list[str]:
    """Each level asks the one below it more than once."""
    return ["  a0: [lol, lol]", *(f"  a{n}: {body.replace('X', f'!Context a{n - 1}')}" for n in range(1, levels))]


def nested(levels: int) -> str:
    """A hundred items in each loop, one loop in the other."""
    return "x" if levels == 0 else f"!Enumerate [!Context hundred, SEQ, {nested(levels - 1)}]"


HUNDRED = f"  hundred: [{', '.join(['x'] * 100)}]"


@pytest.mark.parametrize("levels", [3, 5, 10])
def test_loops_in_loops_are_refused(levels: int) -> None:
    assert wrong(nested(levels), HUNDRED) == MUCH


def test_two_loops_in_each_other_are_not() -> None:
    blueprint = read(f"entries: []\ncontext:\n  value: {nested(2)}\n{HUNDRED}", "file.yaml")
    assert resolve(blueprint.context["value"], Scope(Given(), blueprint.context)) == [["x"] * 100] * 100


def test_a_loop_that_makes_a_map_is_bounded_too() -> None:
    body = "!Enumerate [!Context hundred, MAP, {x: [!Value 0, !Value 0]}]"
    assert (
        wrong(f"!Enumerate [!Context hundred, MAP, !Enumerate [!Context hundred, MAP, {{y: [{body}]}}]]", HUNDRED)
        == MUCH
    )


@pytest.mark.parametrize("body", ["[X, X, X]", "{a: X, b: X}", "!If [X, [X, X]]", "!Enumerate [X, SEQ, X]"])
def test_a_context_that_doubles_is_refused(body: str) -> None:
    assert wrong("!Context a39", *doubling(40, body)) == MUCH


def test_a_text_that_doubles_is_refused() -> None:
    lines = ["  a0: lol", *(f"  a{n}: !Format ['%s%s', !Context a{n - 1}, !Context a{n - 1}]" for n in range(1, 40))]
    assert wrong("!Context a39", *lines) == MUCH


@pytest.mark.parametrize("text", ["!Format ['%s', !Context many]", "!Format ['%s', [!Context many, !Context many]]"])
def test_a_list_that_repeats_a_long_text_is_not_written_out(text: str) -> None:
    many = f"  many: [{', '.join(['!Env LONG'] * 10)}]"
    assert wrong(text, many, LONG="x" * (MAX_TEXT // 10 + 1)) == MUCH


def test_a_loop_through_a_long_text_is_refused() -> None:
    assert wrong("!Enumerate [!Env LONG, SEQ, x]", LONG="x" * (MAX_VALUES + 1)) == MUCH


def test_a_chain_of_contexts_that_is_longer_than_pythons_stack_is_refused() -> None:
    chain = [f"  a{n}: {{x: [!Context a{n + 1}]}}" for n in range(2000)]
    assert wrong("!Context a0", *chain, "  a2000: end") == DEEP
    plain = [f"  a{n}: !Context a{n + 1}" for n in range(2000)]
    assert wrong("!Context a0", *plain, "  a2000: end") == DEEP


def test_json_that_is_nested_deep_is_refused() -> None:
    assert wrong("!ParseJSON [!Env DEEP]", DEEP="[" * 200 + "]" * 200) == DEEP


def test_what_is_thrown_away_counts_too() -> None:
    body = f"!If [[{', '.join(['!Context hundred'] * 30)}], x]"
    assert wrong(f"!Enumerate [!Context hundred, SEQ, {body}]", HUNDRED) == MUCH


def test_a_budget_is_spent_on_what_a_value_would_be_written_out() -> None:
    budget = Budget()
    shared = ["x" * 1000] * 1000
    budget.measure([shared] * 4)
    with pytest.raises(Exhausted):
        budget.measure([shared] * 4)
    assert budget.exhausted


async def test_an_exhausted_blueprint_is_told_once_and_changes_nothing(bench: Bench) -> None:
    bomb = "".join(flow(f"f{n}", title=nested(5)) for n in range(3))
    text = f"version: 1\ncontext:\n{HUNDRED}\nentries:\n{bomb}"
    (problem,) = await bench.problems(text)
    assert problem == f"test.yaml:10: authentik_flows.flow: title: !Enumerate {MUCH}"


async def test_what_came_after_is_told_at_its_entry(bench: Bench) -> None:
    """The last entry has no tag; that its own lists no longer fit is the fault of those before."""
    values = f"[{', '.join(['!Context hundred'] * 30)}]"
    group = f"  - {{model: authentik_core.group, identifiers: {{name: g}}, attrs: {{attributes: {{a: {values}}}}}}}\n"
    text = f"version: 1\ncontext:\n{HUNDRED}\nentries:\n" + group * 60
    (problem,) = await bench.problems(text)
    assert problem.endswith(MUCH)


async def test_a_large_blueprint_without_tags_is_not_held_back(bench: Bench) -> None:
    entry = f"{{model: authentik_core.group, identifiers: {{name: g}}, attrs: {{attributes: {{a: {[[]] * 40_000}}}}}}}"
    assert await bench.actions(f"{HEAD}  - {entry}\n") == ["created"]
    assert MAX_NODES < MAX_VALUES
