"""Evaluations that nobody waits for any more, and a sandbox that is closed under them."""

import asyncio
import threading
from typing import Any

from tests.unit.expressions.conftest import FakeHost
from tests.unit.expressions.pen import Pen
from tests.unit.expressions.processes import workers
from tests.unit.metrics.scraped import value
from watchword.errors import ExpressionFailed
from watchword.expressions.finished import Finished
from watchword.expressions.sandbox import AT_ONCE, Sandbox
from watchword.metrics import Metrics

ENDLESS = "while True:\n    pass"
RUNNING = "watchword_expressions_running"


def asking(pen: Pen) -> tuple[asyncio.Event, asyncio.Event]:
    """Set when the host is asked, and to be set for it to answer."""
    asked, answer = asyncio.Event(), asyncio.Event()

    async def user_by(_: object) -> None:
        asked.set()
        await answer.wait()

    pen.functions["_host_user_by"] = user_by
    return asked, answer


async def test_turns_of_those_who_left_are_free_when_their_workers_are() -> None:
    metrics = Metrics()
    async with Sandbox(timeout=0.8, metrics=metrics.expressions) as sandbox:
        pen = Pen(sandbox)
        running = [asyncio.create_task(pen.tried(ENDLESS)) for _ in range(AT_ONCE)]
        await asyncio.sleep(0.02)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        assert value(metrics, RUNNING) == AT_ONCE, "they run on, and nobody else may take their turn"
        ended = await asyncio.gather(*(pen.tried("return 1") for _ in range(AT_ONCE)))
        assert [one.value for one in ended if isinstance(one, Finished)] == [1] * AT_ONCE
        assert len(workers()) <= AT_ONCE
    assert value(metrics, RUNNING) == 0


async def test_one_who_leaves_while_the_host_is_asked_frees_his_worker_at_once() -> None:
    async with Sandbox(timeout=5) as sandbox:
        pen = Pen(sandbox)
        for _ in range(2 * AT_ONCE):
            asked, _answer = asking(pen)
            running = asyncio.create_task(pen.tried("return ak_user_by(username='x')"))
            await asked.wait()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        ended = await asyncio.gather(*(pen.tried("return 1") for _ in range(AT_ONCE)))
        assert all(isinstance(one, Finished) for one in ended)


async def test_those_who_wait_their_turn_can_leave_too() -> None:
    async with Sandbox(timeout=5) as sandbox:
        pen = Pen(sandbox)
        asked, answer = asking(pen)
        first = [asyncio.create_task(pen.tried("return ak_user_by(username='x')")) for _ in range(AT_ONCE)]
        await asked.wait()
        waiting = [asyncio.create_task(pen.tried("return 2")) for _ in range(AT_ONCE)]
        await asyncio.sleep(0)
        for task in waiting[1:]:
            task.cancel()
        answer.set()
        assert all(isinstance(one, Finished) for one in await asyncio.gather(*first))
        last = await waiting[0]
        assert isinstance(last, Finished)
        assert last.value == 2


async def test_closing_fails_what_is_under_way_and_what_comes_after() -> None:
    sandbox = Sandbox(timeout=5)
    async with sandbox:
        pen = Pen(sandbox)
        asked, answer = asking(pen)
        running = asyncio.create_task(pen.tried("ak_user_by(username='x')\nreturn 1"))
        await asked.wait()
    answer.set()
    for ended in (await running, await pen.tried("return 1")):
        assert isinstance(ended, ExpressionFailed)
        assert (ended.kind, ended.detail) == ("crash", "The sandbox was closed.")
    assert workers() == []
    assert not [thread for thread in threading.enumerate() if thread.name == "watchword-sandbox"]


async def test_closing_waits_for_what_cannot_be_stopped() -> None:
    async with Sandbox(timeout=0.2) as sandbox:
        pen = Pen(sandbox)
        running = asyncio.create_task(pen.tried(ENDLESS))
        await asyncio.sleep(0.02)
    ended = await running
    assert isinstance(ended, ExpressionFailed)
    assert ended.kind in {"timeout", "crash"}
    assert workers() == []


async def test_a_worker_that_ran_out_of_memory_is_replaced_and_others_stay() -> None:
    async with Sandbox(timeout=1, memory_mib=16) as sandbox:
        pen = Pen(sandbox)
        await pen.tried("return 1")
        [before] = workers()
        await pen.tried("return nobody")
        assert workers() == [before]
        ended: Any = await pen.tried("x = []\nwhile True:\n    x.append('a' * 1000)")
        assert ended.kind == "memory"
        assert isinstance(await pen.tried("return 1"), Finished)
        assert before not in workers()


async def test_the_host_is_asked_in_the_task_of_who_waits() -> None:
    tasks: list[asyncio.Task[Any] | None] = []

    class Host(FakeHost):
        async def has_authenticator(self, user_pk: int, device_type: str | None) -> bool:
            tasks.append(asyncio.current_task())
            return await super().has_authenticator(user_pk, device_type)

    async with Sandbox(timeout=5) as sandbox:
        ended = await Pen(sandbox, Host()).tried("return ak_user_has_authenticator(request.user, 'sms')")
    assert isinstance(ended, Finished)
    assert ended.value is True
    assert tasks == [asyncio.current_task()]
