"""Blueprints that hold more than Watchword has: refused as a whole, or applied without it where that is said."""

from typing import Any

import pytest

from tests.unit.blueprints.bench import HEAD, Bench, flow
from watchword.blueprints.report import Line
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.stages.deny import DenyStage
from watchword.stages.identification import IdentificationStage
from watchword.stages.prompt import PromptStage

EMAIL = "authentik_stages_email.emailstage"
BINDING = "authentik_flows.flowstagebinding"
MIXED = f"""\
version: 1
entries:
  - id: flow
    model: authentik_flows.flow
    identifiers: {{slug: mixed}}
    attrs: {{name: Mixed, title: Mixed, designation: recovery}}
  - id: email
    model: {EMAIL}
    identifiers: {{name: send-email}}
    attrs: {{template: "email/reset.html"}}
  - id: deny
    model: authentik_stages_deny.denystage
    identifiers: {{name: deny}}
  - id: email-binding
    model: {BINDING}
    identifiers: {{target: !KeyOf flow, stage: !KeyOf email, order: 10}}
  - model: {BINDING}
    identifiers: {{target: !KeyOf flow, stage: !KeyOf deny, order: 20}}
  - id: policy
    model: authentik_policies_expression.expressionpolicy
    identifiers: {{name: once}}
    attrs: {{expression: return True}}
  - model: authentik_policies.policybinding
    identifiers: {{target: !KeyOf email-binding, policy: !KeyOf policy, order: 0}}
"""


async def skipped(bench: Bench, text: str, **given: Any) -> list[Line]:
    return await bench.apply(text, skip_unknown=True, **given)


def left(lines: list[Line]) -> dict[int, list[str]]:
    """What was left out: its line, and what was said of it."""
    return {
        line.advice[0].place.line: [advice.message for advice in line.advice]
        for line in lines
        if line.action == "left out"
    }


async def test_every_unknown_model_is_told_by_name_and_line_and_the_whole_fails(bench: Bench) -> None:
    text = MIXED + "  - {model: authentik_brands.brand, identifiers: {domain: x}}\n"
    assert await bench.problems(text) == [
        f"test.yaml:7: {EMAIL}: Watchword has no such model.",
        "test.yaml:25: authentik_brands.brand: Watchword has no such model.",
    ]


async def test_what_is_unknown_is_left_out_with_all_that_refers_to_it(bench: Bench) -> None:
    lines = await skipped(bench, MIXED)
    assert [line.action for line in lines] == [
        "created",
        "left out",
        "created",
        "left out",
        "created",
        "created",
        "left out",
    ]
    assert left(lines) == {
        7: ["Watchword has no such model."],
        16: ['It refers to "email", which is left out.', 'The flow "Mixed" is there without this step.'],
        24: ['It refers to "email-binding", which is left out.'],
    }
    assert [line.label for line in lines if line.action == "left out"] == ["email", "email-binding", ""]
    assert [binding.order for binding in await bench.every(FlowStageBinding)] == [20]
    assert await bench.every(PolicyBinding) == []
    assert len(await bench.every(DenyStage)) == len(await bench.every(ExpressionPolicy)) == 1


async def test_leaving_out_twice_changes_nothing(bench: Bench) -> None:
    await skipped(bench, MIXED)
    before = await bench.rows()
    assert {line.action for line in await skipped(bench, MIXED)} == {"left out", "unchanged"}
    assert await bench.rows() == before


async def test_a_whole_that_is_known_says_the_same_with_and_without(bench: Bench, elsewhere: Bench) -> None:
    text = HEAD + flow("one")
    assert await skipped(bench, text) == await elsewhere.apply(text)


async def test_a_list_of_references_with_one_left_out_leaves_the_whole_out(bench: Bench) -> None:
    """A prompt stage without one of its policies would ask for less than was written."""
    text = f"""\
{HEAD}  - {{id: p, model: authentik_policies_password.passwordpolicy, identifiers: {{name: p}}}}
  - id: field
    model: authentik_stages_prompt.prompt
    identifiers: {{name: f}}
    attrs: {{field_key: f, label: F, type: text}}
  - model: authentik_stages_prompt.promptstage
    identifiers: {{name: s}}
    attrs: {{fields: [!KeyOf field], validation_policies: [!KeyOf p]}}
"""
    assert left(await skipped(bench, text))[10] == ['It refers to "p", which is left out.']
    assert await bench.every(PromptStage) == []


async def test_a_field_that_watchword_has_not_may_refer_to_what_is_left_out(bench: Bench) -> None:
    text = f"""\
{HEAD}  - {{id: captcha, model: authentik_stages_captcha.captchastage, identifiers: {{name: c}}}}
  - model: authentik_stages_identification.identificationstage
    identifiers: {{name: who}}
    attrs:
      user_fields: [username]
      captcha_stage: !KeyOf captcha
      webauthn_stage: !Find [authentik_stages_captcha.captchastage, [name, c]]
"""
    lines = await skipped(bench, text)
    assert [line.action for line in lines] == ["left out", "created"]
    told = [advice.message for advice in lines[1].advice]
    assert len(told) == 2
    assert all("Watchword has no such field" in message for message in told)


async def test_what_an_unknown_model_would_be_found_for_is_empty_or_leaves_the_entry_out(bench: Bench) -> None:
    find = "!Find [authentik_sources_oauth.oauthsource, [slug, x]]"
    reason = "It asks for a authentik_sources_oauth.oauthsource, which Watchword has not."
    text = f"""\
{HEAD}  - model: authentik_stages_identification.identificationstage
    identifiers: {{name: who}}
    attrs: {{user_fields: [username], passwordless_flow: {find}}}
  - model: authentik_stages_identification.identificationstage
    identifiers: {{name: others}}
    attrs:
      user_fields: [username]
      sources:
        - {find}
  - model: {BINDING}
    identifiers: {{target: {find}, stage: {find}, order: 5}}
  - model: authentik_flows.flow
    identifiers: {{slug: !If [{find}, a, b]}}
    attrs: {{name: b, title: b, designation: recovery}}
  - model: authentik_flows.flow
    identifiers: {{slug: {find}}}
"""
    lines = await skipped(bench, text)
    assert [line.action for line in lines] == ["created", "left out", "left out", "created", "left out"]
    assert [advice.message for advice in lines[0].advice] == [f"{reason} This is left empty."]
    assert left(lines) == {10: [reason], 13: [reason], 18: [reason]}
    assert (await bench.one(IdentificationStage)).passwordless_flow is None
    assert (await bench.one(Flow)).slug == "b"
    told = await bench.problems(text)
    assert len(told) == 6
    assert all(problem.endswith("!Find names a model that Watchword has not.") for problem in told)


async def test_a_condition_may_ask_for_a_model_that_watchword_has_not(bench: Bench) -> None:
    """There is none of it, and so nothing is found."""
    text = f"{HEAD}  - conditions: [!Condition [CONDITION, !Find [authentik_brands.brand, [default, true]]]]\n"
    text += flow("one").replace("  - model", "    model")
    assert [line.action for line in await skipped(bench, text.replace("CONDITION", "NOR"))] == ["created"]
    assert [line.action for line in await skipped(bench, text.replace("CONDITION", "OR"))] == ["skipped"]
    (problem,) = await bench.problems(text.replace("CONDITION", "NOR"))
    assert problem.endswith("!Find names a model that Watchword has not.")


async def test_a_reference_by_a_pk_that_is_left_out_is_left_out(bench: Bench) -> None:
    """As exports are written: no ids, and pks that stand in the references."""
    pk = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
    text = HEAD + flow("one") + f"  - {{model: {EMAIL}, identifiers: {{pk: {pk}, name: e}}}}\n"
    text += f"""\
  - model: {BINDING}
    identifiers:
      pk: 00000000-9dad-11d1-80b4-00c04fd430c8
      target: !Find [authentik_flows.flow, [slug, one]]
      stage: {pk}
      order: 0
"""
    assert left(await skipped(bench, text)) == {
        10: ["Watchword has no such model."],
        15: ["It refers to an entry, by its pk, that is left out.", 'The flow "one" is there without this step.'],
    }


async def test_what_is_wrong_for_another_reason_still_fails_the_whole(bench: Bench) -> None:
    told = await bench.problems(MIXED.replace("designation: recovery", "designation: nonsense"), skip_unknown=True)
    assert len(told) == 1
    assert "designation: Choose from" in told[0]
    assert await bench.problems(
        MIXED + "  - {model: authentik_flows.flow, identifiers: {slug: !KeyOf gone}}\n", skip_unknown=True
    )


@pytest.mark.parametrize("state", ["absent", "created", "must_created"])
async def test_an_unknown_model_is_left_out_in_every_state(bench: Bench, state: str) -> None:
    text = f"{HEAD}  - {{model: {EMAIL}, state: {state}, identifiers: {{name: x}}}}\n"
    assert left(await skipped(bench, text)) == {3: ["Watchword has no such model."]}
    assert await bench.problems(text) == [f"test.yaml:3: {EMAIL}: Watchword has no such model."]


async def test_removing_what_never_was_leaves_no_open_door(bench: Bench) -> None:
    """A binding that the file takes away is left out where its parts are, and says nothing of doors."""
    text = MIXED + "  - {model: authentik_flows.flowstagebinding, state: absent,"
    text += " identifiers: {target: !KeyOf flow, stage: !KeyOf email, order: 30}}\n"
    assert left(await skipped(bench, text))[25] == ['It refers to "email", which is left out.']


async def test_a_name_that_is_nearly_right_is_suggested(bench: Bench) -> None:
    text = f"{HEAD}  - {{model: authentik_stages_deny.denystages, identifiers: {{name: x}}}}\n"
    assert await bench.problems(text) == [
        "test.yaml:3: authentik_stages_deny.denystages: Watchword has no such model. "
        "Is authentik_stages_deny.denystage meant?"
    ]
