"""A worker of the sandbox that is killed: whoever waits for it is refused and told to try again, and then it works."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import LogCapture

from tests.doubles.gateway import GatewayDouble
from tests.faults.scene import SLUG, Scene, assert_turned_away, enrol
from tests.people import OTHER, OWNER
from tests.unit.web.conftest import OpenHouse
from watchword.expressions.policies import UNCHECKED


@pytest.fixture
async def scene(opened: OpenHouse, double: GatewayDouble, logs: LogCapture, codes: list[str]) -> AsyncIterator[Scene]:
    """Policies have time: what ends them here is the kill."""
    async with opened(expression_timeout="5") as house:
        yield await Scene(house, double, logs, codes).set_up()


def workers() -> set[int]:
    """Of the sandbox: children of this process that are called so."""
    tasks = Path(f"/proc/{os.getpid()}/task").iterdir()
    children = {int(pid) for task in tasks for pid in (task / "children").read_text().split()}
    return {pid for pid in children if "monty" in Path(f"/proc/{pid}/cmdline").read_text()}


async def at_work(before: dict[int, int]) -> int:
    """A worker that has used the processor for a tenth of a second since."""
    while True:
        await asyncio.sleep(0.01)
        for pid in workers():
            if ticks(pid) - before.get(pid, 0) >= 10:
                return pid


def ticks(pid: int) -> int:
    """Hundredths of a second of the processor that a process has used."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])


def says_try_again(shown: Any) -> bool:
    return bool(shown["response_errors"] == {"non_field_errors": [{"string": UNCHECKED, "code": "invalid"}]})


async def test_who_waits_for_a_worker_that_is_killed_is_refused_and_then_let_in(scene: Scene) -> None:
    before = {pid: ticks(pid) for pid in workers()}
    asking = asyncio.create_task(scene.owner.answer(SLUG, phone="spin"))
    os.kill(await at_work(before), signal.SIGKILL)
    assert says_try_again(await asking)
    await assert_turned_away(scene)

    [event] = await scene.events("policy_exception")
    told = event["context"]
    assert (told["policy"], told["kind"], event["username"]) == ("judge", "crash", "")
    assert "The worker of the sandbox was stopped" in told["detail"]
    assert scene.metric("watchword_expression_failures_total", problem="crash") == 1
    assert (scene.double.requests, await scene.counted("sms:"), await scene.devices(OWNER)) == ([], 0, [])

    for visitor, person in ((scene.owner, OWNER), (scene.other, OTHER)):
        assert (await enrol(scene, visitor, person))["component"] == "xak-flow-redirect"
        assert len(await scene.devices(person)) == 1
    await scene.assert_tells_no_secret()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGSTOP], ids=lambda number: number.name)
async def test_a_worker_that_ends_or_is_stopped_while_it_rests_costs_nobody_an_answer(
    scene: Scene, number: signal.Signals
) -> None:
    for pid in workers():
        os.kill(pid, number)
    for visitor, person in ((scene.owner, OWNER), (scene.other, OTHER)):
        assert (await enrol(scene, visitor, person))["component"] == "xak-flow-redirect"
        assert len(await scene.devices(person)) == 1
    await assert_turned_away(scene)
    assert await scene.events("policy_exception") == []
    await scene.assert_tells_no_secret()


async def test_a_worker_that_is_stopped_at_its_work_is_ended_and_the_next_one_works(scene: Scene) -> None:
    """A worker that is stopped while it works is killed when its time is over, and whoever waits for it is refused."""
    before = {pid: ticks(pid) for pid in workers()}
    asking = asyncio.create_task(scene.owner.answer(SLUG, phone="spin"))
    os.kill(await at_work(before), signal.SIGSTOP)
    assert says_try_again(await asking)
    [event] = await scene.events("policy_exception")
    assert event["context"]["kind"] in {"crash", "timeout"}
    assert (await enrol(scene, scene.owner, OWNER))["component"] == "xak-flow-redirect"
    assert len(await scene.devices(OWNER)) == 1
