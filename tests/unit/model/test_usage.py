"""What refers to an object, to a user or to a group, and what becomes of it when that goes."""

from typing import Annotated, Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.model.base import ConfigObject, StageSettings
from watchword.model.fields import described, references, row_references
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.prompt import Prompt
from watchword.model.usage import Removal, Use, removal, row_uses, uses, without_rows


class Ask(StageSettings, frozen=True, kw_only=True):
    model: ClassVar[str] = "ask"
    verbose_name: ClassVar[str] = "Ask Stage"

    fields: Annotated[list[str], described("Fields", ref="prompt")]
    policies: Annotated[tuple[str, ...], described("Policies", ref="policy")] = ()
    next: Annotated[str, described("Next", ref="flow")] | None = None
    other: Annotated[str, described("Other", ref="flow")] | None = None
    group: Annotated[str, described("Group", row="group")] | None = None


class Bound(StageSettings, frozen=True, kw_only=True):
    """Cannot be without its flow, nor without its user."""

    model: ClassVar[str] = "bound"
    verbose_name: ClassVar[str] = "Bound Stage"

    flow: Annotated[str, described("Flow", ref="flow")]
    owner: Annotated[int, described("Owner", row="user")]


def flow(pk: str = "flow") -> Flow:
    return Flow(pk=pk, name=pk, slug=pk, title=pk, designation="authentication")


def place(pk: str, stage: str = "ask", target: str = "flow") -> FlowStageBinding:
    return FlowStageBinding(pk=pk, target=target, stage=stage, order=0)


def judge(pk: str, target: str = "flow", **who: Any) -> PolicyBinding:
    return PolicyBinding(pk=pk, target=target, order=0, **who)


def policy(pk: str = "policy") -> ExpressionPolicy:
    return ExpressionPolicy(pk=pk, name=pk, expression="return True")


def prompt(pk: str) -> Prompt:
    return Prompt(pk=pk, name=pk, field_key=pk, label=pk, type="text")


def ask(pk: str = "ask", fields: tuple[str, ...] = ("one", "two"), **more: Any) -> Ask:
    return Ask(pk=pk, name=pk, fields=list(fields), **more)


def bound(pk: str = "bound", flow: str = "flow", owner: int = 7) -> Bound:
    return Bound(pk=pk, name=pk, flow=flow, owner=owner)


def by_pk(*objects: ConfigObject) -> dict[str, ConfigObject]:
    return {obj.pk: obj for obj in objects}


def pks(objects: list[ConfigObject]) -> list[str]:
    return [obj.pk for obj in objects]


def test_every_use_of_an_object_is_found_in_the_order_of_the_objects() -> None:
    stage, fixed = ask(next="flow", other="flow"), bound()
    binding, judged = place("place"), judge("judge", policy="policy")
    assert list(uses([fixed, flow(), binding, judged, stage], "flow")) == [
        Use(fixed, "flow", "left_dangling"),
        Use(binding, "target", "cascade"),
        Use(judged, "target", "cascade"),
        Use(stage, "next", "set_null"),
        Use(stage, "other", "set_null"),
    ]


@pytest.mark.parametrize(("pk", "field"), [("one", "fields"), ("policy", "policies")])
def test_what_stands_in_a_list_is_taken_out_of_it(pk: str, field: str) -> None:
    stage = ask(policies=("policy",))
    assert list(uses([stage], pk)) == [Use(stage, field, "cascade_many")]


def test_even_what_a_binding_may_do_without_takes_the_binding_along() -> None:
    judged = judge("judge", policy="policy")
    assert list(uses([judged], "policy")) == [Use(judged, "policy", "cascade")]


def test_nothing_uses_itself_or_what_is_not_there() -> None:
    assert list(uses([flow(), ask(), place("place")], "place")) == []


def test_users_and_groups_are_told_apart_from_each_other_and_from_objects() -> None:
    of_user, of_group, stage = judge("u", user=7), judge("g", group="7"), ask(next="7", group="7")
    objects = [of_user, of_group, stage]
    assert list(row_uses(objects, "user", 7)) == [Use(of_user, "user", "cascade")]
    assert list(row_uses(objects, "group", "7")) == [Use(of_group, "group", "cascade"), Use(stage, "group", "set_null")]
    assert list(row_uses(objects, "user", "7")) == list(row_uses(objects, "group", 7)) == []


def test_bindings_go_with_a_flow_over_two_levels_and_stages_stay() -> None:
    objects = by_pk(
        flow(),
        flow("else"),
        ask(),
        judge("on-place", "place", policy="policy"),
        place("place"),
        judge("on-flow", group="g"),
        place("elsewhere", target="else"),
        judge("on-elsewhere", "elsewhere", policy="policy"),
        policy(),
    )
    found = removal(objects, "flow")
    assert pks(found.removed) == ["flow", "place", "on-place", "on-flow"]
    assert (found.changed, found.blocked) == ([], [])
    assert len(objects) == 9


def test_bindings_go_with_a_stage_and_flows_stay() -> None:
    objects = by_pk(flow(), ask(), place("first"), place("second"), judge("on-first", "first", user=1))
    assert set(pks(removal(objects, "ask").removed)) == {"ask", "first", "on-first", "second"}


def test_a_binding_that_refers_twice_goes_once() -> None:
    objects = by_pk(flow(), place("place"), judge("judge", "place", policy="policy"), policy())
    objects["same"] = place("same", stage="flow")
    assert pks(removal(objects, "flow").removed) == ["flow", "place", "judge", "same"]


def test_optional_references_are_emptied_and_others_kept() -> None:
    stage = ask(next="flow", other="else", group="flow")
    found = removal(by_pk(flow(), flow("else"), stage), "flow")
    assert found == Removal([flow()], [ask(next=None, other="else", group="flow")], [])
    assert stage.next == "flow"


def test_two_references_of_one_object_are_both_emptied() -> None:
    found = removal(by_pk(flow(), ask(next="flow", other="flow")), "flow")
    assert found.changed == [ask()]


def test_an_entry_is_taken_out_of_a_list_however_often_it_stands_there() -> None:
    stage = ask(fields=("one", "two", "one"), policies=("policy", "one"))
    found = removal(by_pk(prompt("one"), prompt("two"), stage), "one")
    assert found.changed == [ask(fields=("two",), policies=("policy",))]
    assert stage.fields == ["one", "two", "one"]


def test_what_cannot_be_without_an_object_blocks_its_removal() -> None:
    found = removal(by_pk(flow(), bound(), place("place", "bound")), "flow")
    assert found.blocked == [Use(bound(), "flow", "left_dangling")]
    assert (pks(found.removed), found.changed) == (["flow", "place"], [])


def test_what_is_not_there_cannot_be_removed() -> None:
    with pytest.raises(KeyError):
        removal(by_pk(flow()), "nobody")


def test_bindings_of_a_user_go_with_him_and_his_number_means_nothing_else() -> None:
    objects = by_pk(flow(), place("place"), judge("his", "place", user=7), judge("hers", "place", user=8))
    assert without_rows(objects, "user", 7) == Removal([judge("his", "place", user=7)], [], [])


def test_a_group_leaves_bindings_and_empties_references() -> None:
    objects = by_pk(flow(), judge("bound", group="g"), ask(group="g"), ask("else", group="h"))
    assert without_rows(objects, "group", "g") == Removal([judge("bound", group="g")], [ask()], [])
    assert objects["ask"] == ask(group="g")


def test_what_cannot_be_without_its_user_blocks() -> None:
    assert without_rows(by_pk(bound()), "user", 7) == Removal([], [], [Use(bound(), "owner", "left_dangling")])


FLOWS, STAGES, PLACES, POLICIES, PROMPTS = (
    [f"{kind}{number}" for number in range(3)] for kind in ("flow", "stage", "place", "policy", "prompt")
)
MAYBE_FLOW = st.none() | st.sampled_from(FLOWS)
STAGE = st.one_of(
    st.builds(
        ask,
        st.sampled_from(STAGES),
        st.lists(st.sampled_from(PROMPTS)).map(tuple),
        policies=st.lists(st.sampled_from(POLICIES)).map(tuple),
        next=MAYBE_FLOW,
        other=MAYBE_FLOW,
        group=st.sampled_from([None, "g", "h"]),
    ),
    st.builds(bound, st.sampled_from(STAGES), st.sampled_from(FLOWS), st.integers(1, 2)),
)
JUDGED = st.one_of(
    st.fixed_dictionaries({"policy": st.sampled_from(POLICIES)}),
    st.fixed_dictionaries({"group": st.sampled_from(["g", "h"])}),
    st.fixed_dictionaries({"user": st.integers(1, 2)}),
)
PLACED = st.builds(place, st.sampled_from(PLACES), st.sampled_from(STAGES), st.sampled_from(FLOWS))
BINDING = st.builds(
    lambda pk, target, who: judge(pk, target, **who),
    st.sampled_from(["judge0", "judge1", "judge2"]),
    st.sampled_from(FLOWS + PLACES),
    JUDGED,
)


@st.composite
def configurations(draw: st.DrawFn) -> dict[str, ConfigObject]:
    """Objects in any order."""
    known = [*map(flow, FLOWS), *map(policy, POLICIES), *map(prompt, PROMPTS)]
    made: list[ConfigObject] = [*known, *draw(st.lists(STAGE)), *draw(st.lists(PLACED)), *draw(st.lists(BINDING))]
    return by_pk(*draw(st.permutations(list(by_pk(*made).values()))))


def after(objects: dict[str, ConfigObject], found: Removal) -> dict[str, ConfigObject]:
    return {pk: obj for pk, obj in (objects | by_pk(*found.changed)).items() if pk not in pks(found.removed)}


@given(configurations(), st.data())
def test_no_object_that_is_left_refers_to_what_was_removed_but_where_it_blocks(
    objects: dict[str, ConfigObject], data: st.DataObject
) -> None:
    before = dict(objects)
    found = removal(objects, data.draw(st.sampled_from(sorted(objects))))
    left = after(objects, found)
    dangling = {
        (obj.pk, field) for obj in left.values() for field, _, pk in references(obj) if pk in pks(found.removed)
    }
    assert dangling == {(use.user.pk, use.field) for use in found.blocked}
    assert all(objects[obj.pk] != obj for obj in found.changed)
    assert len(set(pks(found.removed))) == len(found.removed)
    assert objects == before


@given(configurations(), st.sampled_from([("group", "g"), ("user", 1)]))
def test_nothing_that_is_left_names_a_user_or_a_group_that_went_but_where_it_blocks(
    objects: dict[str, ConfigObject], gone: tuple[Any, Any]
) -> None:
    found = without_rows(objects, *gone)
    left = after(objects, found)
    naming = {(obj.pk, field) for obj in left.values() for field, *row in row_references(obj) if tuple(row) == gone}
    assert naming == {(use.user.pk, use.field) for use in found.blocked}
