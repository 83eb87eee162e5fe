"""Expression policies: yes or no, messages for the visitor, and changes to what the flow knows."""

from collections.abc import Sequence
from typing import Any

import msgspec
import structlog

from watchword.errors import ExpressionFailed
from watchword.expressions import prelude
from watchword.expressions.finished import LogLine
from watchword.expressions.functions import Resolver, address_facts, host_functions
from watchword.expressions.plain import plain, scrubbed
from watchword.expressions.quiet import QuietHost
from watchword.expressions.sandbox import NESTED, Evaluation, Sandbox
from watchword.expressions.scope import Host, PolicyRequest
from watchword.model.flow import EngineMode
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.snapshot import Snapshot
from watchword.traces import NO_TRACES, Traces

log = structlog.get_logger(__name__)

UNCHECKED = "This could not be checked. Please try again later."


class PolicyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`prompt_data` and `plan_context` are what they are after the policy, where the request had them."""

    passing: bool
    messages: tuple[str, ...] = ()
    raw_result: Any = None
    prompt_data: dict[str, Any] | None = None
    plan_context: dict[str, Any] | None = None
    failed: bool = False
    """Whether `passing` is only what a failure counts as."""
    logs: tuple[LogLine, ...] = ()
    line: int | None = None
    """Of the expression that was tried out, where it failed."""


class PolicyEngine:
    """A `snapshot` is asked for the policies that bindings refer to, and that others call by name."""

    def __init__(
        self, sandbox: Sandbox, host: Host, resolver: Resolver | None = None, traces: Traces = NO_TRACES
    ) -> None:
        self._sandbox = sandbox
        self._traces = traces
        self._host = host
        self._resolver = resolver or Resolver()

    async def evaluate(
        self,
        policy: ExpressionPolicy,
        request: PolicyRequest,
        snapshot: Snapshot,
        *,
        seconds: float | None = None,
        failure_result: bool = False,
        depth: int = 0,
    ) -> PolicyAnswer:
        """Errors, time-outs and answers that are neither yes nor no count as `failure_result`, and leave an event."""
        try:
            with self._traces.span("policy", policy=policy.name) as span:
                answer = await self._run(policy, request, snapshot, seconds, depth)
                span.say(outcome="passed" if answer.passing else "failed")
        except ExpressionFailed as error:
            await self._report(policy, request, error)
            return PolicyAnswer(passing=failure_result, messages=() if failure_result else (UNCHECKED,), failed=True)
        if policy.execution_logging and not request.debug:
            values = {"message": f"Policy {policy.name!r} was evaluated", "policy": policy.name, "pk": policy.pk}
            await self._host.create_event("policy_execution", {**values, "passing": answer.passing})
        return answer

    async def try_out(self, policy: ExpressionPolicy, request: PolicyRequest, snapshot: Snapshot) -> PolicyAnswer:
        """For whoever writes it: no events, and a failure says all of it as a message."""
        request = msgspec.structs.replace(request, debug=True)
        quiet = PolicyEngine(self._sandbox, QuietHost(self._host), self._resolver)
        try:
            return await quiet._run(policy, request, snapshot, None, 0)
        except ExpressionFailed as error:
            return PolicyAnswer(passing=False, messages=(error.told,), failed=True, line=error.line)

    async def _run(
        self, policy: ExpressionPolicy, request: PolicyRequest, snapshot: Snapshot, seconds: float | None, depth: int
    ) -> PolicyAnswer:
        functions = host_functions(self._host, self._resolver)
        functions["_host_call_policy"] = self._caller(request, snapshot, depth)
        evaluation = Evaluation(policy.expression, prelude.FOR_POLICIES, _given(request), functions)
        left = await self._sandbox.run(evaluation, seconds=seconds, nested=depth > 0)
        value = left.value
        for line in left.logs:
            log.info("policy_log", policy=policy.name, level_of_line=line.level, event_of_line=line.event)
        if value is None:
            log.warning("policy_without_answer", policy=policy.name)
        elif not isinstance(value, bool):
            self._sandbox.metrics.failed("policy", "answer")
            raise ExpressionFailed("answer", f"The policy must return True or False; it returned {_kind(value)}.")
        plan = request.context.get("flow_plan") if left.plan_context is None else left.plan_context
        prompt_data, plan_context = plain(left.prompt_data), plain(plan)
        return PolicyAnswer(
            passing=value is True,
            messages=tuple(left.messages),
            raw_result=value,
            prompt_data=prompt_data if isinstance(prompt_data, dict) else None,
            plan_context=plan_context if isinstance(plan_context, dict) else None,
            logs=tuple(left.logs),
        )

    def _caller(self, request: PolicyRequest, snapshot: Snapshot, depth: int) -> Any:
        async def call_policy(name: Any, context: Any) -> dict[str, Any]:
            """The other policy gets a copy of the context: what it assigns there stays its own."""
            if not isinstance(name, str) or not isinstance(context, dict):
                raise TypeError
            policy = snapshot.find(ExpressionPolicy, name=name)
            if policy is None:
                raise ValueError(f"There is no policy {name!r}.")
            if depth >= NESTED:
                raise ValueError("Policies call one another too deeply.")
            inner = msgspec.structs.replace(request, context=plain(context))
            answer = await self.evaluate(policy, inner, snapshot, depth=depth + 1)
            return {
                "passing": answer.passing,
                "messages": list(answer.messages),
                "raw_result": plain(answer.raw_result),
            }

        return call_policy

    async def decide(
        self, bindings: Sequence[PolicyBinding], mode: EngineMode, snapshot: Snapshot, request: PolicyRequest
    ) -> PolicyAnswer:
        """The bindings of a flow or a stage binding, in order; without any that is enabled, yes."""
        enabled = [binding for binding in bindings if binding.enabled]
        results: list[bool] = []
        messages: list[str] = []
        for binding in enabled:
            policy = snapshot.get(binding.policy, ExpressionPolicy)
            if policy is None:
                continue
            answer = await self.evaluate(
                policy,
                request,
                snapshot,
                seconds=binding.timeout or None,
                failure_result=binding.failure_result,
            )
            # What a failure counts as is said as it is: it is not turned round.
            results.append(answer.passing if answer.failed else answer.passing != binding.negate)
            messages += answer.messages
            request = _carried(request, answer)
        results += _static(enabled, request, mode)
        passing = (any(results) if mode == "any" else all(results)) if results else True
        return _after(passing, messages, request)

    async def validate(
        self, policies: Sequence[ExpressionPolicy], request: PolicyRequest, snapshot: Snapshot
    ) -> PolicyAnswer:
        """The policies of a prompt stage: all must pass; each sees what the one before assigned."""
        passing = True
        messages: list[str] = []
        for policy in policies:
            answer = await self.evaluate(policy, request, snapshot)
            passing = passing and answer.passing
            messages += answer.messages
            request = _carried(request, answer)
        return _after(passing, messages, request)

    async def _report(self, policy: ExpressionPolicy, request: PolicyRequest, error: ExpressionFailed) -> None:
        prompt_data = request.context.get("prompt_data")
        values = prompt_data.values() if isinstance(prompt_data, dict) else []
        log.warning("policy_failed", policy=policy.name, kind=error.kind, line=error.line)
        await self._host.create_event(
            "policy_exception",
            {
                "message": f"Policy {policy.name!r} failed",
                "policy": policy.name,
                "pk": policy.pk,
                "kind": error.kind,
                "line": error.line,
                "detail": scrubbed(error.detail, values),
            },
        )


def _given(request: PolicyRequest) -> dict[str, Any]:
    http = request.http_request
    return {
        "user": msgspec.to_builtins(request.user),
        "http_request": msgspec.to_builtins(http),
        "client_ip": _client_ip(http.META.get("REMOTE_ADDR", "")) if http else None,
        "context": plain(request.context),
        "debug": request.debug,
    }


def _client_ip(text: str) -> dict[str, Any] | None:
    try:
        return address_facts(text)
    except ValueError:
        return None


def _kind(value: Any) -> str:
    return f"a value of type {type(value).__name__}"


def _static(bindings: Sequence[PolicyBinding], request: PolicyRequest, mode: EngineMode) -> list[bool]:
    """All bindings of users and groups together are one result, as in authentik."""
    user = request.user
    matches = [
        (
            user is not None
            and (user.pk == binding.user if binding.user is not None else binding.group in user.group_pks)
        )
        != binding.negate
        for binding in bindings
        if binding.policy is None
    ]
    if not matches:
        return []
    return [any(matches) if mode == "any" else all(matches)]


def _carried(request: PolicyRequest, answer: PolicyAnswer) -> PolicyRequest:
    """The request for the next policy, with what this one assigned."""
    context = dict(request.context)
    if answer.prompt_data is not None and "prompt_data" in context:
        context["prompt_data"] = answer.prompt_data
    if answer.plan_context is not None and "flow_plan" in context:
        context["flow_plan"] = answer.plan_context
    return msgspec.structs.replace(request, context=context)


def _after(passing: bool, messages: Sequence[str], request: PolicyRequest) -> PolicyAnswer:
    return PolicyAnswer(
        passing=passing,
        messages=tuple(messages),
        prompt_data=request.context.get("prompt_data"),
        plan_context=request.context.get("flow_plan"),
    )
