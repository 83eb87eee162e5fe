"""Expressions are timed by their kind and counted by how they fail."""

import asyncio
from typing import Any

import pytest

from tests.unit.expressions.conftest import FakeHost
from tests.unit.metrics.scraped import value
from tests.unit.traces.spans import KeptTraces
from watchword.errors import ExpressionFailed
from watchword.expressions.policies import PolicyEngine
from watchword.expressions.prompts import PromptEngine
from watchword.expressions.sandbox import AT_ONCE, Sandbox
from watchword.expressions.scope import PolicyRequest
from watchword.metrics import Metrics
from watchword.model.policy import ExpressionPolicy
from watchword.model.snapshot import Snapshot

NUMBER = "+4915123456713"


async def judged(engine: PolicyEngine, source: str, name: str = "the policy") -> bool:
    policy = ExpressionPolicy(name=name, expression=source)
    return (await engine.evaluate(policy, PolicyRequest(), Snapshot())).passing


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("return 1 / 0", "error"),
        ("return 'yes'", "answer"),
        ("return (", "syntax"),
        ("while True: pass", "timeout"),
        ("return 'x' * 40_000_000", "memory"),
    ],
)
async def test_a_policy_that_fails_is_counted_by_how(source: str, problem: str) -> None:
    metrics = Metrics()
    async with Sandbox(timeout=0.2, memory_mib=16, metrics=metrics.expressions) as sandbox:
        assert not await judged(PolicyEngine(sandbox, FakeHost()), source)
    failures = "watchword_expression_failures_total"
    assert value(metrics, failures, kind="policy", problem=problem) == 1
    assert value(metrics, "watchword_expression_duration_seconds_count", kind="policy") == 1


async def test_those_that_work_fail_nowhere_and_prompts_are_counted_apart() -> None:
    metrics = Metrics()
    async with Sandbox(metrics=metrics.expressions) as sandbox:
        assert await judged(PolicyEngine(sandbox, FakeHost()), "return True")
        prompts = PromptEngine(sandbox, FakeHost())
        assert await prompts.value_of("return 'x'", user=None, http_request=None, prompt_context={}) == "x"
        with pytest.raises(ExpressionFailed):
            await prompts.value_of("return 1 / 0", user=None, http_request=None, prompt_context={})
    count, failures = "watchword_expression_duration_seconds_count", "watchword_expression_failures_total"
    assert (value(metrics, count, kind="policy"), value(metrics, count, kind="prompt")) == (1, 2)
    assert value(metrics, failures, kind="prompt", problem="error") == 1
    assert value(metrics, failures, kind="policy", problem="error") == 0


async def test_how_many_run_and_how_many_wait_is_told_while_they_do() -> None:
    metrics, entered, all_in = Metrics(), list[tuple[float, float]](), asyncio.Event()
    running, waiting = "watchword_expressions_running", "watchword_expressions_waiting"

    class Watching(FakeHost):
        async def user_by(self, filters: dict[str, Any]) -> None:  # noqa: ARG002 - as the host has it
            """Lets nobody go on until as many are in as there is room for."""
            entered.append((value(metrics, running), value(metrics, waiting)))
            if len(entered) == AT_ONCE:
                all_in.set()
            await all_in.wait()

    async with Sandbox(timeout=5, metrics=metrics.expressions) as sandbox:
        engine = PolicyEngine(sandbox, Watching())
        asking = "return ak_user_by(username='olivia') is None"
        assert all(await asyncio.gather(*(judged(engine, asking) for _ in range(AT_ONCE + 2))))
    assert max(entered) == (AT_ONCE, 2)
    assert value(metrics, running) == value(metrics, waiting) == 0


async def test_a_policy_is_a_span_with_its_name_and_its_answer() -> None:
    traces = KeptTraces()
    async with Sandbox(timeout=0.5) as sandbox:
        engine = PolicyEngine(sandbox, FakeHost(), traces=traces)
        await judged(engine, "return True", name=f"not {NUMBER}")
        await judged(engine, "return False")
        await judged(engine, f"raise ValueError('{NUMBER}')")
    passed, failed, broken = [dict(span.attributes or {}) for span in traces.spans]
    assert passed["watchword.outcome"] == "passed"
    assert failed == {"watchword.policy": "the policy", "watchword.outcome": "failed"}
    assert broken == {"watchword.policy": "the policy", "error.type": "ExpressionFailed"}
    assert NUMBER[1:] not in "".join(span.to_json() for span in traces.spans)
