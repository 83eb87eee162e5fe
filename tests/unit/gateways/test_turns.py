"""Turns: never more at once than may, first come first served, and nobody who leaves takes a turn with him."""

import asyncio
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchword.gateways.turns import Full, Turns

LONG = 60.0


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_those_who_come_first_are_served_first() -> None:
    turns, served = Turns(1, 3), list[int]()

    async def want(number: int) -> None:
        await turns.take(LONG)
        served.append(number)

    await turns.take(LONG)
    waiting = [asyncio.create_task(want(number)) for number in range(3)]
    await settle()
    assert (served, turns.waiting, turns.taken) == ([], 3, 1)
    for _ in range(3):
        turns.give_back()
    await asyncio.gather(*waiting)
    assert served == [0, 1, 2]
    turns.give_back()
    assert (turns.taken, turns.waiting, turns.free) == (0, 0, True)


async def test_where_the_queue_is_full_nobody_waits() -> None:
    turns = Turns(1, 1)
    await turns.take(LONG)
    waiting = asyncio.create_task(turns.take(LONG))
    await settle()
    with pytest.raises(Full):
        await turns.take(LONG)
    turns.give_back()
    await waiting


async def test_without_a_queue_whoever_finds_no_turn_is_sent_away() -> None:
    turns = Turns(1, 0)
    await turns.take(LONG)
    with pytest.raises(Full):
        await turns.take(LONG)
    turns.give_back()
    await turns.take(LONG)


async def test_a_wait_ends_and_leaves_nothing_in_the_queue() -> None:
    turns = Turns(1, 5)
    await turns.take(LONG)
    with pytest.raises(TimeoutError):
        await turns.take(0.001)
    assert (turns.waiting, turns.taken) == (0, 1)
    turns.give_back()
    assert turns.free


async def test_who_is_cancelled_in_the_moment_of_his_turn_passes_it_on() -> None:
    turns = Turns(1, 5)
    await turns.take(LONG)
    unlucky, next_one = asyncio.create_task(turns.take(LONG)), asyncio.create_task(turns.take(LONG))
    await settle()
    turns.give_back()
    unlucky.cancel()
    await next_one
    assert (turns.taken, turns.waiting) == (1, 0)
    assert unlucky.cancelled()


@settings(max_examples=60, deadline=None)
@given(
    at_once=st.integers(1, 3),
    waiting=st.integers(0, 4),
    deeds=st.lists(st.sampled_from(["come", "end", "give up"]), max_size=40),
    which=st.randoms(use_true_random=False),
)
def test_whatever_happens_no_turn_is_lost_or_made(at_once: int, waiting: int, deeds: list[str], which: Random) -> None:
    asyncio.run(_whatever(at_once, waiting, deeds, which))


async def _whatever(at_once: int, waiting: int, deeds: list[str], which: Random) -> None:
    turns, tasks, inside = Turns(at_once, waiting), list[asyncio.Task[None]](), dict[asyncio.Event, None]()

    async def visit() -> None:
        await turns.take(LONG)
        end = asyncio.Event()
        inside[end] = None
        assert len(inside) <= at_once
        try:
            await end.wait()
        finally:
            del inside[end]
            turns.give_back()

    for deed in deeds:
        if deed == "come":
            tasks.append(asyncio.create_task(visit()))
        elif deed == "end" and inside:
            which.choice(list(inside)).set()
        elif tasks:
            which.choice(tasks).cancel()
        if which.random() < 0.7:
            await settle()
            assert turns.waiting <= waiting
            assert turns.taken == len(inside)
            assert not turns.waiting or turns.taken == at_once, "nobody waits while there is a turn"
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert (turns.taken, turns.waiting) == (0, 0)
