"""A policy that is left out must leave nothing open: what it would have guarded is left out with it."""

from tests.unit.blueprints.bench import HEAD, Bench, flow
from tests.unit.blueprints.test_skip_unknown import left, skipped
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import PolicyBinding
from watchword.storage.users import find_user

BINDING = "authentik_flows.flowstagebinding"
OPEN = "Its policy, in line {}, is left out: without that it would be open to everybody."
REPUTATION = "  - {id: low, model: authentik_policies_reputation.reputationpolicy, identifiers: {name: low}}\n"
NAMED_FLOW = flow("sign-in").replace("- model", "- id: flow\n    model")
LOCKOUT = f"""\
{HEAD}{NAMED_FLOW}{REPUTATION}\
  - {{id: deny, model: authentik_stages_deny.denystage, identifiers: {{name: deny}}}}
  - {{id: step, model: {BINDING}, identifiers: {{target: !KeyOf flow, stage: !KeyOf deny, order: 11}}}}
  - {{model: {BINDING}, identifiers: {{target: !KeyOf flow, stage: !KeyOf deny, order: 100}}}}
  - {{model: authentik_policies.policybinding, identifiers: {{target: !KeyOf step, policy: !KeyOf low, order: 0}}}}
"""
"""Whoever failed too often is denied; without its policy, the step would deny everybody."""


def guard(target: str, policy: str = "!KeyOf low") -> str:
    return (
        "  - {model: authentik_policies.policybinding,"
        f" identifiers: {{target: {target}, policy: {policy}, order: 0}}}}\n"
    )


async def test_a_step_without_its_policy_is_left_out(bench: Bench) -> None:
    lines = await skipped(bench, LOCKOUT)
    assert left(lines) == {
        11: ["Watchword has no such model."],
        13: [OPEN.format(15), 'The flow "sign-in" is there without this step.'],
        15: ['It refers to "step", which is left out.'],
    }
    assert [binding.order for binding in await bench.every(FlowStageBinding)] == [100]
    assert await bench.every(PolicyBinding) == []


async def test_a_flow_without_its_policy_is_left_out_with_its_steps(bench: Bench) -> None:
    lines = await skipped(bench, LOCKOUT + guard("!KeyOf flow"))
    assert {line.action for line in lines} == {"left out", "created"}
    assert left(lines)[3] == [OPEN.format(16)]
    assert await bench.every(Flow) == []
    assert await bench.every(FlowStageBinding) == []


async def test_what_was_made_on_the_way_to_an_open_flow_is_undone(bench: Bench) -> None:
    """People are written at once, not at the end: they must not be left of a run that was given up."""
    user = "  - {model: authentik_core.user, identifiers: {username: !If [!Find [F, [slug, sign-in]], x, mia]}}\n"
    text = HEAD + NAMED_FLOW + REPUTATION + user.replace("F,", "authentik_flows.flow,") + guard("!KeyOf flow")
    await skipped(bench, text)
    assert await bench.database.read(find_user, username="x") is None
    assert await bench.database.read(find_user, username="mia") is not None


async def test_leaving_out_because_of_a_policy_changes_nothing_the_second_time(bench: Bench) -> None:
    await skipped(bench, LOCKOUT)
    before = await bench.rows()
    assert {line.action for line in await skipped(bench, LOCKOUT)} == {"left out", "unchanged"}
    assert await bench.rows() == before


async def test_what_stood_open_before_stays_and_it_is_told(bench: Bench) -> None:
    """It cannot be left out, and was no less open before; whoever applies this must hear of it."""
    await bench.apply(HEAD + NAMED_FLOW)
    lines = await skipped(bench, HEAD + REPUTATION + guard("!Find [authentik_flows.flow, [slug, sign-in]]"))
    assert left(lines)[4] == [
        'It refers to "low", which is left out.',
        'The flow "sign-in" is there without this policy: look whether it may be open like that.',
    ]
    assert len(await bench.every(Flow)) == 1


async def test_a_step_that_stood_open_before_is_told_too(bench: Bench) -> None:
    await bench.apply("\n".join(LOCKOUT.replace(REPUTATION, "").splitlines()[:-1]))
    told = left(await skipped(bench, LOCKOUT))[15]
    assert told[1].startswith("The step that it would guard is there without this policy")


async def test_a_policy_that_goes_leaves_nothing_open(bench: Bench) -> None:
    text = LOCKOUT.replace("- {model: authentik_policies", "- {state: absent, model: authentik_policies")
    lines = await skipped(bench, text)
    assert left(lines)[15] == ['It refers to "low", which is left out.']
    assert len(await bench.every(FlowStageBinding)) == 2


async def test_a_policy_that_is_known_guards(bench: Bench) -> None:
    known = REPUTATION.replace("reputation", "expression").replace(
        "{name: low}}", "{name: low}, attrs: {expression: return True}}"
    )
    lines = await skipped(bench, LOCKOUT.replace(REPUTATION, known))
    assert {line.action for line in lines} == {"created"}
    assert len(await bench.every(PolicyBinding)) == 1


async def test_many_steps_without_their_policies_are_left_out_together(bench: Bench) -> None:
    text = LOCKOUT
    for number in range(5):
        identifiers = f"{{target: !KeyOf flow, stage: !KeyOf deny, order: {number}}}"
        text += f"  - {{id: s{number}, model: {BINDING}, identifiers: {identifiers}}}\n"
        text += guard(f"!KeyOf s{number}")
    lines = await skipped(bench, text)
    assert [binding.order for binding in await bench.every(FlowStageBinding)] == [100]
    assert sum(line.action == "left out" for line in lines) == 13
