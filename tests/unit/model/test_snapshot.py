"""The snapshot: what it finds, and what it refuses as a whole."""

from typing import Annotated, ClassVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.errors import ConfigurationInvalid, Problem
from watchword.model.base import ConfigObject, StageSettings
from watchword.model.fields import described
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.prompt import Prompt
from watchword.model.snapshot import Snapshot


class Ask(StageSettings, frozen=True, kw_only=True):
    model: ClassVar[str] = "ask"
    verbose_name: ClassVar[str] = "Ask Stage"

    fields: Annotated[tuple[str, ...], described("Fields", ref="prompt")] = ()


class Tell(StageSettings, frozen=True, kw_only=True):
    model: ClassVar[str] = "tell"
    verbose_name: ClassVar[str] = "Tell Stage"


def flow(slug: str = "sign-in", pk: str = "") -> Flow:
    return Flow(pk=pk or f"flow-{slug}", name=slug, slug=slug, title=slug, designation="authentication")


def bind(order: int, stage: str = "ask", target: str = "flow-sign-in", pk: str = "") -> FlowStageBinding:
    return FlowStageBinding(pk=pk or f"binding-{order}", target=target, stage=stage, order=order)


def policy(name: str = "yes", expression: str = "return True") -> ExpressionPolicy:
    return ExpressionPolicy(pk=f"policy-{name}", name=name, expression=expression)


def prompt(name: str) -> Prompt:
    return Prompt(pk=f"prompt-{name}", name=name, field_key=name, label=name, type="text")


ASK = Ask(pk="ask", name="ask", fields=("prompt-phone",))
WHOLE: list[ConfigObject] = [flow(), ASK, bind(10), policy(), prompt("phone")]


def problems(*objects: ConfigObject) -> list[Problem]:
    with pytest.raises(ConfigurationInvalid) as caught:
        Snapshot(objects)
    return caught.value.problems


def test_an_empty_configuration_is_legal() -> None:
    snapshot = Snapshot()
    assert (len(snapshot), snapshot.revision, snapshot.flow("sign-in")) == (0, 0, None)


def test_objects_are_found_by_uuid_and_type() -> None:
    snapshot = Snapshot(WHOLE, revision=3)
    assert (len(snapshot), snapshot.revision) == (5, 3)
    assert snapshot.get("ask", Ask) is ASK
    assert snapshot.get("ask", StageSettings) is ASK
    assert snapshot.get("ask", Tell) is None
    assert snapshot.get("nobody", Ask) is None
    assert snapshot.get(None, Ask) is None
    assert snapshot.get("", Ask) is None
    assert list(snapshot.objects()) == WHOLE


def test_a_required_object_is_there_or_a_key_error() -> None:
    snapshot = Snapshot(WHOLE)
    assert snapshot.require("ask", Ask) is ASK
    for pk, cls in (("ask", Tell), ("nobody", Ask)):
        with pytest.raises(KeyError):
            snapshot.require(pk, cls)


def test_objects_are_found_by_their_values() -> None:
    snapshot = Snapshot([*WHOLE, policy("no")])
    found = snapshot.find(ExpressionPolicy, name="no", expression="return True")
    assert found is not None
    assert found.pk == "policy-no"
    assert snapshot.find(ExpressionPolicy, name="no", expression="return False") is None
    assert [found.name for found in snapshot.all(ExpressionPolicy)] == ["yes", "no"]


def test_a_flow_is_found_by_its_slug() -> None:
    snapshot = Snapshot([*WHOLE, flow("recover")])
    found = snapshot.flow("recover")
    assert found is not None
    assert found.pk == "flow-recover"
    assert snapshot.flow("Recover") is None


@given(st.permutations(range(-3, 4)))
def test_stage_bindings_come_in_ascending_order(orders: list[int]) -> None:
    snapshot = Snapshot([flow(), Tell(pk="tell", name="tell"), *(bind(order, "tell") for order in orders)])
    assert [binding.order for binding in snapshot.stage_bindings("flow-sign-in")] == sorted(orders)


def test_bindings_of_one_order_keep_one_sequence_whatever_the_database_says() -> None:
    stages = [Tell(pk=pk, name=pk) for pk in ("s1", "s2")]
    bindings = [bind(0, "s1", pk="b"), bind(0, "s2", pk="a")]
    for given_order in (bindings, bindings[::-1]):
        snapshot = Snapshot([flow(), *stages, *given_order])
        assert [binding.pk for binding in snapshot.stage_bindings("flow-sign-in")] == ["a", "b"]


def test_every_target_has_its_own_bindings() -> None:
    other = bind(0, target="flow-recover", pk="other")
    snapshot = Snapshot([*WHOLE, flow("recover"), other])
    assert snapshot.stage_bindings("flow-recover") == (other,)
    assert snapshot.stage_bindings("nobody") == ()


def test_policies_are_bound_to_flows_and_to_stage_bindings() -> None:
    to_flow = [
        PolicyBinding(pk=f"pb-{order}", target="flow-sign-in", order=order, policy="policy-yes") for order in (2, 1)
    ]
    off = PolicyBinding(pk="off", target="binding-10", order=0, group="g", enabled=False)
    snapshot = Snapshot([*WHOLE, *to_flow, off])
    assert [binding.order for binding in snapshot.policy_bindings("flow-sign-in")] == [1, 2]
    assert snapshot.policy_bindings("binding-10") == (off,)
    assert snapshot.policy_bindings("ask") == ()


def test_a_reference_to_nothing_is_a_problem() -> None:
    (found,) = problems(flow(), bind(10, stage="nobody"))
    assert found == Problem(
        "authentik_flows.flowstagebinding", "binding-10", "stage", 'Invalid pk "nobody" - object does not exist.'
    )


@pytest.mark.parametrize(
    ("obj", "field"),
    [
        (bind(10, stage="flow-sign-in"), "stage"),
        (bind(10, target="ask"), "target"),
        (PolicyBinding(target="ask", order=0, policy="policy-yes"), "target"),
        (PolicyBinding(target="flow-sign-in", order=0, policy="prompt-phone"), "policy"),
        (Ask(name="other", fields=("policy-yes",)), "fields"),
    ],
)
def test_a_reference_to_another_kind_of_object_is_a_problem(obj: ConfigObject, field: str) -> None:
    (found,) = problems(flow(), ASK, policy(), prompt("phone"), obj)
    assert found.field == field


def test_every_reference_of_a_list_must_resolve() -> None:
    ask = Ask(pk="ask", name="ask", fields=("prompt-phone", "gone", "also-gone"))
    assert [found.message for found in problems(ask, prompt("phone"))] == [
        'Invalid pk "gone" - object does not exist.',
        'Invalid pk "also-gone" - object does not exist.',
    ]


@pytest.mark.parametrize(
    ("one", "other", "field", "message"),
    [
        (flow(), flow(pk="2"), "slug", "Flow with this slug already exists."),
        (Ask(name="a"), Ask(name="a"), "name", "stage with this name already exists."),
        (Ask(name="a"), Tell(name="a"), "name", "stage with this name already exists."),
        (policy(), ExpressionPolicy(name="yes", expression="1"), "name", "Policy with this name already exists."),
        (prompt("a"), msgspec.structs.replace(prompt("a"), pk="2"), "name", "Prompt with this name already exists."),
        (
            NotificationWebhookMapping(name="m", expression="return {}"),
            NotificationWebhookMapping(name="m", expression="return {}"),
            "name",
            "Property Mapping with this name already exists.",
        ),
    ],
)
def test_names_are_unique_within_a_family(one: ConfigObject, other: ConfigObject, field: str, message: str) -> None:
    (found,) = problems(one, other)
    assert (found.field, found.message) == (field, message)


def test_names_may_repeat_in_different_families() -> None:
    assert len(Snapshot([Ask(name="phone"), policy("phone"), prompt("phone")])) == 3


def test_one_stage_stands_once_at_one_place_of_a_flow() -> None:
    (found,) = problems(*WHOLE, bind(10, pk="again"))
    assert (found.field, found.message) == (
        "non_field_errors",
        "The fields target, stage, order must make a unique set.",
    )
    assert len(Snapshot([*WHOLE, bind(11)])) == 6


def test_bindings_without_a_policy_never_clash() -> None:
    groups = [PolicyBinding(target="flow-sign-in", order=0, group=name) for name in ("a", "b")]
    assert len(Snapshot([*WHOLE, *groups])) == 7


def test_every_problem_is_told_at_once() -> None:
    found = problems(flow(), flow(pk="2"), policy(expression="return ("), bind(1, stage="nobody"))
    assert {problem.field for problem in found} == {"slug", "expression", "stage"}


def test_a_change_makes_a_new_snapshot_and_leaves_the_old_one() -> None:
    before = Snapshot(WHOLE, revision=1)
    renamed = msgspec.structs.replace(flow(), slug="log-in")
    after = before.changed(put=[renamed, policy("no")], remove=["policy-yes", "nobody"], revision=2)
    assert (before.revision, after.revision, len(after)) == (1, 2, 5)
    assert (before.flow("log-in"), after.flow("log-in")) == (None, renamed)
    assert before.get("policy-yes", ExpressionPolicy) is not None
    assert after.get("policy-yes", ExpressionPolicy) is None
    assert after.changed().revision == 2


def test_a_change_is_checked_like_a_whole() -> None:
    with pytest.raises(ConfigurationInvalid, match="object does not exist"):
        Snapshot(WHOLE).changed(remove=["ask"])


def test_what_still_refers_to_it_can_go_together_with_an_object() -> None:
    assert len(Snapshot(WHOLE).changed(remove=["ask", "binding-10"])) == 3
