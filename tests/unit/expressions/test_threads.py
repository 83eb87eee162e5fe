"""Work in threads: its answers, its questions, its end, and those who leave before it."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextvars import ContextVar
from typing import Any

import pytest

from watchword.expressions.threads import Ask, Stopped, Threads

WHERE: ContextVar[str] = ContextVar("WHERE", default="nowhere")


class Ends:
    """How many pieces of work have ended."""

    def __init__(self) -> None:
        self.count = 0
        self._more = asyncio.Event()

    def __call__(self) -> None:
        self.count += 1
        self._more.set()

    async def come_to(self, count: int) -> None:
        async with asyncio.timeout(5):
            while self.count < count:
                self._more.clear()
                await self._more.wait()


@pytest.fixture
async def threads() -> AsyncIterator[Threads]:
    threads = Threads(2)
    yield threads
    await threads.close()


async def doubled(question: int) -> int:
    return question * 2


async def test_work_is_done_in_another_thread_and_its_value_returned(threads: Threads) -> None:
    ends = Ends()
    name = await threads.begin(lambda _: threading.current_thread().name, ends).listen(doubled)
    assert name == "watchword-sandbox" != threading.current_thread().name
    assert ends.count == 1, "before whoever waited goes on"


async def test_questions_are_answered_by_the_one_who_listens(threads: Threads) -> None:
    token = WHERE.set("here")

    async def answer(question: str) -> str:
        await asyncio.sleep(0)
        return f"{question} {WHERE.get()}"

    said = await threads.begin(lambda ask: [ask("first"), ask("second")], Ends()).listen(answer)
    WHERE.reset(token)
    assert said == ["first here", "second here"]


async def test_what_work_raises_is_raised(threads: Threads) -> None:
    def fails(_: Ask) -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        await threads.begin(fails, Ends()).listen(doubled)


async def test_a_panic_of_the_library_is_an_error_like_others(threads: Threads) -> None:
    class Panic(BaseException):
        pass

    def panics(_: Ask) -> None:
        raise Panic

    with pytest.raises(Stopped, match="Panic"):
        await threads.begin(panics, Ends()).listen(doubled)
    assert await threads.begin(lambda _: 1, Ends()).listen(doubled) == 1


async def test_what_an_answer_raises_ends_the_work_and_is_raised(threads: Threads) -> None:
    seen: list[str] = []

    def asks(ask: Ask) -> None:
        try:
            ask(1)
        except Stopped:
            seen.append("stopped")
            raise

    async def refuses(_: Any) -> None:
        raise LookupError

    ends = Ends()
    with pytest.raises(LookupError):
        await threads.begin(asks, ends).listen(refuses)
    await ends.come_to(1)
    assert seen == ["stopped"]


async def test_who_leaves_while_it_works_is_not_waited_for_and_the_work_ends_at_its_next_question(
    threads: Threads,
) -> None:
    go_on, ends, after = threading.Event(), Ends(), list[int]()

    def works(ask: Ask) -> None:
        go_on.wait(5)
        after.append(ask(1))

    listening = asyncio.create_task(threads.begin(works, ends).listen(doubled))
    await asyncio.sleep(0)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
    assert ends.count == 0, "its worker is not free yet"
    go_on.set()
    await ends.come_to(1)
    assert after == []


async def test_who_leaves_before_it_begins_spares_it(threads: Threads) -> None:
    go_on, ends, begun = threading.Event(), Ends(), list[int]()
    for _ in range(2):
        threads.begin(lambda _: go_on.wait(5), ends)
    listening = asyncio.create_task(threads.begin(lambda _: begun.append(1), ends).listen(doubled))
    await asyncio.sleep(0)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
    go_on.set()
    await ends.come_to(3)
    assert begun == []


async def test_there_are_never_more_threads_than_it_is_told_and_none_without_work(threads: Threads) -> None:
    def ours() -> int:
        return sum(thread.name == "watchword-sandbox" for thread in threading.enumerate())

    before = ours()
    for _ in range(5):
        await threads.begin(lambda _: None, Ends()).listen(doubled)
    assert ours() - before == 1
    together = [threads.begin(lambda ask: ask(ours()), Ends()).listen(doubled) for _ in range(9)]
    assert max(await asyncio.gather(*together)) / 2 - before <= 2


async def test_closing_stops_open_questions_and_waits_for_all() -> None:
    threads, ends, asked = Threads(2), Ends(), asyncio.Event()

    async def never(_: Any) -> None:
        asked.set()
        await asyncio.Event().wait()

    listening = asyncio.create_task(threads.begin(lambda ask: ask(1), ends).listen(never))
    await asked.wait()
    await threads.close()
    await ends.come_to(1)
    listening.cancel()
    late = Ends()
    with pytest.raises(Stopped):
        threads.begin(lambda _: None, late)
    assert late.count == 1


async def test_work_that_is_stopped_at_a_question_nobody_has_heard_yet_still_ends_for_who_listens() -> None:
    threads, go_on = Threads(1), threading.Event()

    def asks(ask: Ask) -> None:
        go_on.wait(5)
        ask(1)

    listening = asyncio.create_task(threads.begin(asks, Ends()).listen(doubled))
    await asyncio.sleep(0)
    closing = asyncio.create_task(threads.close())
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(Stopped):
        async with asyncio.timeout(5):
            await listening
    await closing
