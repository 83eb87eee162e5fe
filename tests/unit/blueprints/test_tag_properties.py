"""What holds of the tags whatever they are given, and that nothing written in YAML gives more than a clean error."""

import json
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.blueprints.bench import HEAD, Bench, in_a_house
from watchword.blueprints.problems import BlueprintInvalid, Place
from watchword.blueprints.reader import read
from watchword.blueprints.tag import Given, Scope, Tag, resolve
from watchword.blueprints.tags import TAGS

PLACE = Place("file.yaml", 7)
keys = st.text(max_size=5)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=10,
)


def tag(name: str, *arguments: Any) -> Tag:
    return TAGS[name](PLACE, list(arguments))


def found(value: Any, **context: Any) -> Any:
    return resolve(value, Scope(Given(), context))


INDEX, VALUE = tag("!Index", "0"), tag("!Value", "0")


@given(st.lists(values, max_size=6))
def test_a_loop_over_a_list_is_a_comprehension(items: list[Any]) -> None:
    asked = tag("!Context", "items")
    assert found(tag("!Enumerate", asked, "SEQ", VALUE), items=items) == items
    assert found(tag("!Enumerate", asked, "SEQ", [INDEX, VALUE]), items=items) == [[n, v] for n, v in enumerate(items)]
    assert found(tag("!Enumerate", asked, "MAP", [INDEX, {"is": VALUE}]), items=items) == {
        str(number): {"is": item} for number, item in enumerate(items)
    }


@given(st.dictionaries(keys, values, max_size=6))
def test_a_loop_over_a_mapping_is_a_comprehension(items: dict[str, Any]) -> None:
    asked = tag("!Context", "items")
    assert found(tag("!Enumerate", asked, "MAP", [INDEX, VALUE]), items=items) == items
    assert found(tag("!Enumerate", asked, "SEQ", INDEX), items=items) == list(items)


@given(st.lists(st.lists(scalars, max_size=4), max_size=4))
def test_a_loop_in_a_loop_is_a_comprehension_in_one(rows: list[list[Any]]) -> None:
    cell = [tag("!Index", "1"), INDEX, VALUE]
    inner = tag("!Enumerate", tag("!Value", "1"), "SEQ", cell)
    expected = [[[y, x, cell] for x, cell in enumerate(row)] for y, row in enumerate(rows)]
    assert found(tag("!Enumerate", tag("!Context", "rows"), "SEQ", inner), rows=rows) == expected


@given(st.lists(values, max_size=5), st.integers(-7, 7), values)
def test_at_index_is_an_index_with_a_default(items: list[Any], index: int, default: Any) -> None:
    expected = items[index] if -len(items) <= index < len(items) else default
    assert found(tag("!AtIndex", items, index, default)) == expected


@given(st.dictionaries(keys, values, max_size=5), keys, values)
def test_at_index_is_a_get_with_a_default(items: dict[str, Any], key: str, default: Any) -> None:
    assert found(tag("!AtIndex", items, key, default)) == items.get(key, default)


@given(st.text(max_size=10), st.lists(st.text(max_size=8) | st.integers(), max_size=5))
def test_format_puts_values_in_their_places(between: str, parts: list[Any]) -> None:
    text = "%s".join([between.replace("%", "%%")] * (len(parts) + 1))
    expected = between + "".join(f"{part}{between}" for part in parts)
    assert found(tag("!Format", text, *parts)) == expected


@given(values, values, values)
def test_if_takes_one_of_the_two(condition: Any, yes: Any, no: Any) -> None:
    assert found(tag("!If", condition, yes, no)) == (yes if condition else no)
    assert found(tag("!If", condition)) is bool(condition)


@given(st.lists(values, min_size=1, max_size=6))
def test_conditions_come_in_opposites(given_: list[Any]) -> None:
    said = {mode: found(tag("!Condition", mode, *given_)) for mode in ("AND", "NAND", "OR", "NOR", "XOR", "XNOR")}
    true = sum(map(bool, given_))
    assert said["AND"] is (true == len(given_))
    assert said["OR"] is (true > 0)
    assert said["XOR"] is (true % 2 == 1)
    assert (said["NAND"], said["NOR"], said["XNOR"]) == (not said["AND"], not said["OR"], not said["XOR"])


@given(values)
def test_json_that_is_parsed_is_what_was_written(value: Any) -> None:
    assert found(tag("!ParseJSON", json.dumps(value))) == value


@st.composite
def written(draw: st.DrawFn, depth: int = 3) -> str:
    """YAML with any tags, on one line; most of it is wrong."""
    kind = draw(st.integers(0, 9)) if depth else 0
    inner = [draw(written(depth=depth - 1)) for _ in range(draw(st.integers(0, 3)))] if kind else []
    name = draw(st.sampled_from([*TAGS, "!Nonsense", "!!int", "!!binary", "!!set"]))
    match kind:
        case 0 | 1 | 2:
            return draw(st.sampled_from(SCALARS) | st.text("%s!&*[]{}:, -0x", max_size=6).map(json.dumps))
        case 3:
            return f"[{', '.join(inner)}]"
        case 4:
            return f"{{{', '.join(f'k{number}: {one}' for number, one in enumerate(inner))}}}"
        case 5:
            return f"{name} {draw(st.sampled_from(SCALARS))}"
        case _:
            return f"{name} [{', '.join([draw(st.sampled_from(SCALARS)), *inner])}]"


SCALARS = [
    "0",
    "1",
    "-1",
    "1.5",
    "~",
    "true",
    "SEQ",
    "MAP",
    "AND",
    "self",
    "list",
    "'%s %d'",
    "authentik_flows.flow",
    "''",
]
SCALARS += [".nan", ".inf", "0x" + "f" * 50, "9" * 30, "2026-01-01", "'[1, {}]'", "slug", "[slug, a]", "k0"]


@given(written())
@settings(max_examples=150)
def test_whatever_is_written_comes_to_a_value_or_to_a_clean_error(text: str) -> None:
    with suppress(BlueprintInvalid):
        blueprint = read(f"entries: []\ncontext:\n  self: {text}\n  list: [a, b]\n", "file.yaml")
        resolve(blueprint.context["self"], Scope(Given(), blueprint.context))


@given(st.text(max_size=60) | st.text("{}[]!&*:,-|>#'\"%\n \tax01", max_size=60))
@settings(max_examples=150)
def test_whatever_text_is_read_comes_to_a_blueprint_or_to_a_clean_error(text: str) -> None:
    for whole in (text, f"entries:\n- {text}", f"entries: []\ncontext: {{a: {text}}}"):
        with suppress(BlueprintInvalid):
            read(whole, "file.yaml")


@given(st.lists(written(), min_size=9, max_size=9))
@settings(max_examples=30, deadline=None)
def test_whatever_stands_in_an_entry_is_applied_or_refused_whole(parts: list[str]) -> None:
    model, state, condition, slug, title, pk, attributes, users, other = parts
    text = f"""\
{HEAD}\
  - {{id: a, model: authentik_flows.flow, state: {state}, conditions: [{condition}],
     identifiers: {{slug: {slug}}}, attrs: {{name: n, title: {title}, designation: {other}}}}}
  - {{model: authentik_core.group, identifiers: {{name: g, pk: {pk}}},
     attrs: {{attributes: {attributes}, users: {users}}}}}
  - {{model: {model}, identifiers: {{name: {other}}}, attrs: {other if other.startswith("{") else "{}"}}}
context: {{self: {title}, list: [a]}}
"""

    async def apply() -> None:
        bench = await Bench().open()
        try:
            for skip_unknown in (False, True):
                before = await bench.rows()
                applied = False
                with suppress(BlueprintInvalid):
                    await bench.apply(text, skip_unknown=skip_unknown)
                    applied = True
                assert applied or await bench.rows() == before
        finally:
            await bench.database.close()

    in_a_house(apply())
