"""What refers to what in a snapshot, as lists of the API show it."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.prompt import Prompt
from watchword.model.snapshot import Snapshot
from watchword.stages.deny import DenyStage
from watchword.stages.prompt import PromptStage
from watchword.web.api.relations import Relations, binding_model_pk, relations


def flow(pk: str) -> Flow:
    return Flow(pk=pk, name=pk, slug=pk, title=pk, designation="authentication")


def place(pk: str, stage: str, target: str, order: int = 0) -> FlowStageBinding:
    return FlowStageBinding(pk=pk, target=target, stage=stage, order=order)


SIGN_IN, RECOVER = flow("sign-in"), flow("recover")
DENY, LONE = DenyStage(pk="deny", name="deny"), DenyStage(pk="lone", name="lone")
YES, NO = (ExpressionPolicy(pk=pk, name=pk, expression="return True") for pk in ("yes", "no"))
PHONE, NAME = (Prompt(pk=pk, name=pk, field_key=pk, label=pk, type="text") for pk in ("phone", "name"))
ASK = PromptStage(pk="ask", name="ask", fields=["phone", "name"], validation_policies=["yes"])
ASK_NAME = PromptStage(pk="ask-name", name="ask-name", fields=["name"], validation_policies=["yes"])
PLACES = [
    place("first", "deny", "sign-in"),
    place("again", "deny", "sign-in", 1),
    place("other", "deny", "recover"),
    place("asks", "ask", "recover"),
]
OF_FLOW = PolicyBinding(pk="of-flow", target="sign-in", order=0, policy="yes")
OF_PLACE = PolicyBinding(pk="of-place", target="first", order=0, policy="yes", enabled=False)
OF_GROUP = PolicyBinding(pk="of-group", target="first", order=1, group="g")
SNAPSHOT = Snapshot(
    [SIGN_IN, RECOVER, DENY, LONE, YES, NO, PHONE, NAME, ASK, ASK_NAME, *PLACES, OF_FLOW, OF_PLACE, OF_GROUP]
)


def test_a_stage_stands_in_each_of_its_flows_once() -> None:
    assert dict(Relations(SNAPSHOT).flows_of_stage) == {"deny": [SIGN_IN, RECOVER], "ask": [RECOVER]}


def test_a_policy_has_its_bindings_whether_they_are_enabled_or_not() -> None:
    assert dict(Relations(SNAPSHOT).bindings_of_policy) == {"yes": [OF_FLOW, OF_PLACE]}


def test_a_prompt_and_a_policy_have_the_stages_that_ask_them() -> None:
    found = Relations(SNAPSHOT)
    assert dict(found.stages_of_prompt) == {"phone": [ASK], "name": [ASK, ASK_NAME]}
    assert dict(found.stages_of_policy) == {"yes": [ASK, ASK_NAME]}


def test_flows_and_stage_bindings_are_found_by_their_second_uuid() -> None:
    found = Relations(SNAPSHOT).pk_of_binding_model
    assert found == {binding_model_pk(obj.pk): obj.pk for obj in (SIGN_IN, RECOVER, *PLACES)}
    assert len(found) == 6


def test_an_empty_configuration_has_no_relations() -> None:
    found = Relations(Snapshot())
    assert (found.flows_of_stage, found.bindings_of_policy, found.pk_of_binding_model) == ({}, {}, {})


def test_the_second_uuid_stays_what_it_was() -> None:
    assert binding_model_pk("3e9c5f0a-7b1d-4c2e-9f80-1a2b3c4d5e6f") == "cf24733a-74cb-5e3b-abce-db7a6d5d82ec"


@given(st.lists(st.uuids().map(str), unique=True, min_size=2, max_size=9))
def test_the_second_uuid_is_one_and_differs_from_every_other_and_the_pk(pks: list[str]) -> None:
    second = [binding_model_pk(pk) for pk in pks]
    assert second == [str(uuid.UUID(pk)) for pk in second]
    assert len({*pks, *second}) == 2 * len(pks)


def test_one_snapshot_is_indexed_once_and_another_by_itself() -> None:
    assert relations(SNAPSHOT) is relations(SNAPSHOT)
    changed = SNAPSHOT.changed(remove=["of-flow"])
    assert relations(changed).bindings_of_policy == {"yes": [OF_PLACE]}
    assert relations(SNAPSHOT).bindings_of_policy == {"yes": [OF_FLOW, OF_PLACE]}
