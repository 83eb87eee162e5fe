"""Planning: whether a flow applies to a visitor, and which of its steps he will take."""

from typing import Any

from watchword.errors import WatchwordError
from watchword.expressions.policies import PolicyAnswer
from watchword.flows.execution import Execution, Step
from watchword.flows.run import Run
from watchword.model.flow import Flow, FlowStageBinding

NOT_APPLICABLE = "Flow does not apply to current user."


class FlowNotApplicable(WatchwordError):
    """Flow does not apply to current user."""

    code = "flow_not_applicable"
    status = 403


async def plan(run: Run) -> None:
    """Fills the run's execution with its steps; raises `FlowNotApplicable` with what the policies said."""
    check_authentication(run)
    answer = await _decide(run, run.flow)
    if not answer.passing:
        raise FlowNotApplicable("\n".join(answer.messages) or NOT_APPLICABLE)
    steps = []
    for binding in run.snapshot.stage_bindings(run.flow.pk):
        if binding.evaluate_on_plan and not (await _decide(run, binding)).passing:
            continue
        steps.append(Step(binding=binding.pk, stage=binding.stage, reevaluate=binding.re_evaluate_policies))
    run.execution.steps = tuple(steps)


async def still_applies(run: Run) -> bool:
    """Asks the policies of the current step's binding again, where it says so."""
    step = run.execution.step
    if step is None:
        return False
    binding = run.snapshot.get(step.binding, FlowStageBinding)
    if binding is None:
        return False
    return not step.reevaluate or (await _decide(run, binding)).passing


def check_authentication(run: Run) -> None:
    """What the flow demands of the visitor; the demands Watchword cannot meet are never met."""
    match run.flow.authentication:
        case "none":
            met = True
        case "require_authenticated":
            met = run.visit.user is not None
        case "require_unauthenticated":
            met = run.visit.user is None
        case "require_superuser":
            met = run.visit.superuser
        case _:
            met = False
    if not met:
        raise FlowNotApplicable(NOT_APPLICABLE)


async def _decide(run: Run, target: Flow | FlowStageBinding) -> PolicyAnswer:
    """What the policies bound to a flow or stage binding say; they may change the plan's context."""
    bindings = run.snapshot.policy_bindings(target.pk)
    if not bindings:
        return PolicyAnswer(passing=True)
    plan_context = plan_context_of(run.execution)
    request = await run.policy_request({**plan_context, "flow_plan": plan_context})
    answer = await run.services.policies.decide(bindings, target.policy_engine_mode, run.snapshot, request)
    if answer.plan_context is not None:
        take_over(run.execution, answer.plan_context)
    if answer.prompt_data not in (None, plan_context["prompt_data"]):
        # Left as it was it says nothing, and what was assigned into `flow_plan.context` stands.
        run.execution.context.prompt_data = answer.prompt_data
    return answer


def plan_context_of(execution: Execution) -> dict[str, Any]:
    """The context under the names that authentik's policies know."""
    context = execution.context
    plain: dict[str, Any] = {**context.extra, "prompt_data": dict(context.prompt_data)}
    if context.redirect:
        plain["redirect"] = context.redirect
    if context.pending_user_identifier:
        plain["pending_user_identifier"] = context.pending_user_identifier
    return plain


def take_over(execution: Execution, plain: dict[str, Any]) -> None:
    """What a policy assigned into `flow_plan.context`; the pending user cannot be chosen that way."""
    context = execution.context
    rest = dict(plain)
    prompt_data, redirect = rest.pop("prompt_data", None), rest.pop("redirect", None)
    if isinstance(prompt_data, dict):
        context.prompt_data = prompt_data
    if isinstance(redirect, str):
        context.redirect = redirect
    for name in ("pending_user", "pending_user_identifier", "flow_plan"):
        rest.pop(name, None)
    context.extra = rest
