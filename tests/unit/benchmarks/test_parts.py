"""The parts that need no server of their own."""

import pytest

from benchmarks.connection import parsed
from benchmarks.parts import PARTS
from benchmarks.snapshots import SIZES, objects
from benchmarks.timing import in_turns, microseconds
from watchword.model.snapshot import Snapshot

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: a=1; Path=/; HttpOnly\r\nset-cookie: b=x=y\r\n\r\n{}"


def test_an_answer_is_whole_once_its_length_came() -> None:
    answer = parsed(ANSWER)
    assert answer
    assert (answer.status, answer.body, answer.cookies) == (200, b"{}", {"a": "1", "b": "x=y"})
    assert parsed(ANSWER[:-1]) is None
    assert parsed(ANSWER[:30]) is None


@pytest.mark.parametrize("size", SIZES[:2])
def test_a_configuration_has_as_many_objects_as_it_says(size: int) -> None:
    made = objects(size)
    assert len({one.pk for one in made}) == size
    assert len(list(Snapshot(made).objects())) == size


async def test_works_take_turns() -> None:
    done: list[str] = []

    async def one() -> None:
        done.append("one")

    async def two() -> None:
        done.append("two")

    found = await in_turns({"one": one, "two": two}, rounds=2, times=1)
    assert done == ["one", "two"] * 3
    assert {name: len(rounds) for name, rounds in found.items()} == {"one": 2, "two": 2}


def test_figures_have_units() -> None:
    assert (microseconds(12.4), microseconds(12_400)) == ("12 µs", "12.4 ms")


def test_every_part_of_the_issue_is_there() -> None:
    wanted = [
        "steps",
        "framework",
        "enrolment",
        "sign-in",
        "policies",
        "snapshots",
        "lookups",
        "plans",
        "start",
        "memory",
        "workers",
    ]
    assert [name for name in PARTS if name != "client"] == wanted
