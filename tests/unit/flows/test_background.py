"""What nobody waits for: it is done, and its failure is told to the log without its words."""

import asyncio

import pytest
from structlog.testing import capture_logs

from watchword.flows import background
from watchword.flows.background import Background


async def test_what_was_started_is_done_once_drained() -> None:
    done: list[int] = []

    async def work(number: int) -> None:
        await asyncio.sleep(0)
        done.append(number)

    running = Background()
    for number in range(3):
        running.start(work(number))
    assert done == []
    await running.drain()
    assert done == [0, 1, 2]


async def test_a_failure_is_logged_without_its_text_and_stops_nothing_else() -> None:
    done = []

    async def fails() -> None:
        raise ValueError("+4915123456713")

    async def works() -> None:
        done.append(True)

    running = Background()
    with capture_logs() as logs:
        running.start(fails())
        running.start(works())
        await running.drain()
    assert done == [True]
    assert logs == [{"event": "background_failed", "error": "ValueError", "log_level": "error"}]


async def test_a_server_that_stops_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "PATIENCE", 0.01)
    cancelled = asyncio.Event()

    async def never_ends() -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            cancelled.set()

    running = Background()
    running.start(never_ends())
    await asyncio.sleep(0)
    await running.drain()
    assert cancelled.is_set()


async def test_nothing_under_way_is_nothing_to_wait_for() -> None:
    await Background().drain()


async def test_no_more_is_begun_than_may_be_under_way_and_what_is_not_never_will_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(background, "MOST", 2)
    done, refused = list[int](), list[bool]()

    async def work(number: int) -> None:
        await asyncio.sleep(0)
        done.append(number)

    running = Background(lambda: refused.append(True))
    with capture_logs() as logs:
        assert [running.start(work(number)) for number in range(4)] == [True, True, False, False]
    assert (running.under_way, len(refused)) == (2, 2)
    assert {one["event"] for one in logs} == {"background_refused"}
    await running.drain()
    assert done == [0, 1]
    assert running.start(work(4)), "there is room again"
    await running.drain()
    assert done == [0, 1, 4]


async def test_what_the_last_ones_start_is_waited_for_too() -> None:
    done, running = list[bool](), Background()

    async def last() -> None:
        done.append(True)

    async def first() -> None:
        running.start(last())

    running.start(first())
    await running.drain()
    assert done == [True]
