"""No evaluation sees what another left, however that one ended; and each has its limits to itself."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.expressions.escapes.test_escapes import ATTEMPTS
from tests.unit.expressions.isolation.leavings import ASKING, BUDGETS, ENDLESS, LEAVINGS, PROBE, TOGETHER
from tests.unit.expressions.pen import SECONDS, Pen
from tests.unit.expressions.processes import workers
from watchword.errors import ExpressionFailed
from watchword.expressions.finished import Finished
from watchword.expressions.sandbox import Sandbox

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUICK = [attempt.source for attempt in ATTEMPTS if "while" not in attempt.source and "10 **" not in attempt.source]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pen() -> AsyncIterator[Pen]:
    async with Sandbox(timeout=SECONDS, memory_mib=16) as sandbox:
        yield Pen(sandbox)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pristine() -> Any:
    """What the probe sees in a process in which nothing ran before."""
    async with Sandbox(timeout=5, memory_mib=16) as sandbox:
        return await world(Pen(sandbox))


async def world(pen: Pen) -> Any:
    ended = await pen.tried(PROBE)
    assert isinstance(ended, Finished), getattr(ended, "told", ended)
    return ended


async def test_the_probe_sees_what_it_should(pristine: Any) -> None:
    assert pristine.value["absent"] == [True] * 4
    assert (pristine.messages, pristine.logs) == ([], [])
    assert pristine.value["state"][0] == 28
    assert pristine.value["host"] == [2, "DE"]


@pytest.mark.parametrize("source", LEAVINGS.values(), ids=LEAVINGS.keys())
async def test_nothing_is_left_for_the_next(pen: Pen, pristine: Any, source: str) -> None:
    await pen.tried(source)
    assert await world(pen) == pristine


async def test_the_next_runs_in_the_same_process(pen: Pen) -> None:
    """Or the tests here would prove nothing."""
    await pen.tried("return 1")
    before = workers()
    for source in list(LEAVINGS.values())[:5]:
        await pen.tried(source)
    assert workers() == before


async def test_nothing_is_left_by_one_that_ran_out_of_time(pen: Pen, pristine: Any) -> None:
    ended = await pen.tried(ENDLESS)
    assert isinstance(ended, ExpressionFailed)
    assert ended.kind == "timeout"
    assert await world(pen) == pristine


@pytest.mark.parametrize("source", [ENDLESS, ASKING])
async def test_nothing_is_left_by_one_that_was_cancelled(pen: Pen, pristine: Any, source: str) -> None:
    asked = asyncio.Event()

    async def wait(_: object) -> None:
        asked.set()
        await asyncio.Event().wait()

    pen.functions["_host_user_by"], kept = wait, pen.functions["_host_user_by"]
    running = asyncio.create_task(pen.tried(source))
    if source is ASKING:
        await asked.wait()
    else:
        await asyncio.sleep(0.02)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    pen.functions["_host_user_by"] = kept
    seen = await asyncio.gather(*(world(pen) for _ in range(TOGETHER)))
    assert seen == [pristine] * TOGETHER


async def test_nothing_is_left_by_one_whose_worker_was_killed(pristine: Any) -> None:
    async def kill(_: object) -> None:
        [worker] = set(workers()) - others
        os.kill(worker, signal.SIGKILL)

    others = set(workers())
    async with Sandbox(timeout=5, memory_mib=16) as sandbox:
        pen = Pen(sandbox)
        pen.functions["_host_user_by"], kept = kill, pen.functions["_host_user_by"]
        ended = await pen.tried(ASKING)
        pen.functions["_host_user_by"] = kept
        assert isinstance(ended, ExpressionFailed)
        assert ended.kind == "crash"
        assert await world(pen) == pristine


@pytest.mark.parametrize("source", BUDGETS.values(), ids=BUDGETS.keys())
async def test_each_has_its_limits_to_itself(pen: Pen, source: str) -> None:
    """What together is more than a limit, several times in a row."""
    for _ in range(4):
        ended = await pen.tried(source)
        assert isinstance(ended, Finished), getattr(ended, "told", ended)


async def test_they_do_not_see_one_another_while_they_run(pen: Pen) -> None:
    """Each sets what the others would read, waits for the host, and reads it again."""
    sources = [
        f"global leftover\nleftover = {number}\ncontext['prompt_data']['phone'] = {number}\nak_user_by(username='x')\n"
        f"return [leftover, context['prompt_data']['phone'], len(_messages)]"
        for number in range(TOGETHER)
    ]
    ended = await asyncio.gather(*(pen.tried(source) for source in sources))
    assert [one.value for one in ended if isinstance(one, Finished)] == [[n, n, 0] for n in range(TOGETHER)]


@settings(max_examples=12, deadline=None)
@given(
    rounds=st.lists(
        st.lists(st.sampled_from([*LEAVINGS.values(), *QUICK]), min_size=1, max_size=6), min_size=1, max_size=4
    ),
    hurry=st.booleans(),
)
async def test_after_any_sequence_the_world_is_new(
    pen: Pen, pristine: Any, rounds: list[list[str]], hurry: bool
) -> None:
    for sources in rounds:
        running = [asyncio.create_task(pen.tried(source)) for source in sources]
        if hurry:
            await asyncio.sleep(0)
            running[0].cancel()
        await asyncio.gather(*running, return_exceptions=True)
    assert await world(pen) == pristine
    pen.host.events.clear()
