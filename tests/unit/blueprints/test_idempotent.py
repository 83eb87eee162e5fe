"""Applying again changes nothing; the order of what does not depend on each other does not matter."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.blueprints.bench import Bench, in_a_house
from tests.unit.blueprints.samples import Document, entries, write
from watchword.model.base import ConfigObject
from watchword.model.flow import FlowStageBinding
from watchword.model.policy import PolicyBinding

few = settings(max_examples=25)

text = st.text("aZ9 ä東\U0001f600:#'\"{}[]!&*%-\n\t", max_size=12)
flag = st.booleans() | st.none()
small = st.integers(0, 9) | st.none()
# What each field may be; a field that is left out keeps its default, null gives it back.
FIELDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "authentik_flows.flow": {
        "name": text.filter(bool),
        "title": text.filter(bool),
        "designation": st.sampled_from(["authentication", "recovery"]),
        "background": st.sampled_from(["", "/a.jpg", None]),
        "compatibility_mode": flag,
        "layout": st.sampled_from(["stacked", "sidebar_left", None]),
    },
    "authentik_stages_prompt.prompt": {
        "field_key": st.sampled_from(["phone", "näme"]),
        "label": text,
        "type": st.sampled_from(["text", "number", "checkbox"]),
        "required": flag,
        "placeholder": text | st.none(),
        "order": small,
        "sub_text": text | st.none(),
    },
    "authentik_stages_deny.denystage": {"deny_message": text | st.none()},
    "authentik_stages_password.passwordstage": {"allow_show_password": flag, "failed_attempts_before_cancel": small},
    "authentik_core.group": {
        "is_superuser": flag,
        "attributes": st.dictionaries(text, text | small | st.lists(text, max_size=2), max_size=3),
    },
    "authentik_core.user": {
        "name": text | st.none(),
        "email": st.sampled_from(["a@example.org", "", None]),
        "is_active": flag,
        "attributes": st.dictionaries(text, st.floats(-1e6, 1e6) | flag, max_size=3),
    },
}


@st.composite
def attributes(draw: st.DrawFn) -> dict[str, Document]:
    """By model: some of its fields."""
    return {
        model: {field: draw(values) for field, values in fields.items() if draw(st.booleans())}
        for model, fields in FIELDS.items()
    }


def blueprint(chosen: dict[str, Document]) -> str:
    documents = entries()
    for model, attrs in chosen.items():
        documents[model]["attrs"] |= attrs
    return write(list(documents.values()))


@few
@given(attributes())
def test_applying_twice_changes_nothing_and_writes_no_revision(chosen: dict[str, Document]) -> None:
    async def twice() -> None:
        bench = await Bench().open()
        assert set(await bench.actions(blueprint(chosen))) == {"created"}
        before = await bench.rows()
        assert set(await bench.actions(blueprint(chosen))) == {"unchanged"}
        assert await bench.rows() == before
        assert await bench.revision() == 1
        await bench.database.close()

    in_a_house(twice())


@few
@given(attributes(), attributes())
def test_a_blueprint_wins_over_whatever_was_there(first: dict[str, Document], second: dict[str, Document]) -> None:
    """And then it, too, changes nothing."""

    async def both() -> None:
        bench = await Bench().open()
        await bench.apply(blueprint(first))
        pks = {obj.pk for obj in await bench.objects()}
        await bench.apply(blueprint(second))
        assert {obj.pk for obj in await bench.objects()} == pks
        for obj in await bench.objects():
            for field, value in second.get(obj.model, {}).items():
                assert getattr(obj, field) == (default(obj, field) if value is None else value)
        assert set(await bench.actions(blueprint(second))) == {"unchanged"}
        await bench.database.close()

    in_a_house(both())


def default(obj: ConfigObject, field: str) -> Any:
    return next(info.default for info in msgspec.structs.fields(obj) if info.name == field)


LEAVES = [
    model
    for model, entry in entries().items()
    if not any(f"!KeyOf {entry['id']}" in repr(other) for other in entries().values()) and "!KeyOf" not in repr(entry)
]


@few
@given(st.permutations(LEAVES))
def test_the_order_of_entries_that_do_not_refer_to_each_other_does_not_matter(order: list[str]) -> None:
    async def apply() -> set[tuple[str, str]]:
        bench = await Bench().open()
        documents = entries()
        lines = await bench.apply(write([documents[model] for model in order]))
        assert [line.model for line in lines] == order
        found = {(obj.model, obj.called) for obj in await bench.objects()}
        assert set(await bench.actions(write([documents[model] for model in sorted(order)]))) == {"unchanged"}
        await bench.database.close()
        return found

    labels = in_a_house(apply())
    assert {model for model, _ in labels} == {model for model in LEAVES if not model.startswith("authentik_core")}


@pytest.mark.parametrize("turn", range(3))
async def test_all_of_it_taken_away_and_made_again(bench: Bench, turn: int) -> None:
    """What refers to something goes first."""
    documents = list(entries().values())
    for _ in range(turn):
        await bench.apply(write(documents))
        gone = [
            entry | {"state": "absent"} for entry in reversed(documents) if "!KeyOf" not in repr(entry["identifiers"])
        ]
        await bench.apply(write(gone))
        assert await bench.objects() == []
        assert [name for name, rows in (await bench.rows()).items() if rows] == ["config_revision"]
    assert set(await bench.actions(write(documents))) == {"created"}


async def test_an_entry_that_was_changed_by_hand_is_put_right(bench: Bench) -> None:
    await bench.apply(write(list(entries().values())))
    documents = entries()
    documents["authentik_flows.flowstagebinding"]["attrs"]["evaluate_on_plan"] = True
    documents["authentik_policies.policybinding"]["attrs"]["negate"] = True
    lines = await bench.apply(write(list(documents.values())))
    assert [line.model for line in lines if line.action == "updated"] == [
        "authentik_flows.flowstagebinding",
        "authentik_policies.policybinding",
    ]
    assert (await bench.one(FlowStageBinding)).evaluate_on_plan
    assert (await bench.one(PolicyBinding)).negate
