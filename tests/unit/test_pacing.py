"""A pace: few begin in each turn of the event loop, nobody waits for ever, and lines share."""

import asyncio

from watchword.pacing import Pace


async def a_turn() -> None:
    await asyncio.sleep(0)


async def until(true: object) -> None:
    """Turns of the loop until a function says so."""
    while not true():  # type: ignore[operator] # called with nothing
        await a_turn()


class Crowd:
    """Each notes his name when he begins."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.begun: list[str] = []

    def comes(self, name: str, line: str = "door") -> asyncio.Task[None]:
        async def begin() -> None:
            await self.pace.turn(line)
            self.begun.append(name)

        return asyncio.create_task(begin())


async def test_whoever_comes_alone_waits_for_no_turn() -> None:
    pace = Pace(1)
    for _ in range(3):
        turn = pace.turn("door")
        try:
            turn.send(None)
        except StopIteration:
            pass
        else:
            raise AssertionError("He waited.")
        await a_turn()
        await a_turn()


async def test_no_more_begin_in_one_turn_of_the_loop_than_may() -> None:
    crowd = Crowd(Pace(3))
    tasks = [crowd.comes(str(number)) for number in range(20)]
    most, before = 0, 0
    while len(crowd.begun) < 20:
        await a_turn()
        most, before = max(most, len(crowd.begun) - before), len(crowd.begun)
    await asyncio.gather(*tasks)
    assert most == 3
    assert crowd.begun == [str(number) for number in range(20)]
    assert crowd.pace.waiting == 0


async def test_a_crowd_at_one_door_keeps_nobody_from_another() -> None:
    crowd = Crowd(Pace(1))
    tasks = [crowd.comes("many") for _ in range(50)]
    await a_turn()
    tasks.append(crowd.comes("one", "another door"))
    await asyncio.gather(*tasks)
    assert crowd.begun.index("one") < 6


async def test_who_leaves_takes_no_place() -> None:
    crowd = Crowd(Pace(1))
    first, second, third = crowd.comes("first"), crowd.comes("second"), crowd.comes("third")
    await a_turn()
    second.cancel()
    await asyncio.gather(first, second, third, return_exceptions=True)
    assert crowd.begun == ["first", "third"]
    assert crowd.pace.waiting == 0


async def test_nobody_begins_while_it_is_crowded_and_all_do_afterwards() -> None:
    crowded = True
    crowd = Crowd(Pace(8, lambda: crowded))
    tasks = [crowd.comes(str(number)) for number in range(20)]
    await asyncio.sleep(0.02)
    assert crowd.begun == []
    crowded = False
    await asyncio.gather(*tasks)
    assert len(crowd.begun) == 20


async def test_it_rests_where_nobody_comes() -> None:
    """Else the loop would turn for ever, with nothing to do."""
    crowd = Crowd(Pace(2))
    await asyncio.gather(*(crowd.comes(str(number)) for number in range(5)))
    loop, turns = asyncio.get_running_loop(), 0
    for _ in range(5):
        await a_turn()
    ready = loop._ready  # type: ignore[attr-defined] # nothing public tells what a loop has to do
    turns = len(ready)
    assert turns == 0
