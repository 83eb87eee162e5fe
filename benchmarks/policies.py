"""The documented policy, against the least that a process of its own costs: a message there and back."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from benchmarks.house import House
from benchmarks.load import Effort
from benchmarks.processes import cores, pinned
from benchmarks.table import Line
from benchmarks.timing import Work, in_turns, microseconds
from watchword.app import Options, create_app
from watchword.expressions.scope import PolicyRequest
from watchword.flows.services import Services
from watchword.model.policy import ExpressionPolicy

TARGET = 1_000
"""Microseconds, of the median."""

_REQUEST = PolicyRequest(context={"prompt_data": {"phone": "+1234 567 8901"}})
_ECHO = "import os\nwhile data := os.read(0, 4096):\n    os.write(1, data)"
_MESSAGE = b"x" * 1000


async def lines(house: House, effort: Effort) -> list[Line]:
    ready: list[Services] = []
    app = create_app(house.settings(), Options(on_ready=ready.append))
    with pinned(cores().server), _echo() as echo:
        async with app.lifespan():
            works = {"floor": echo, "ours": _evaluation(ready[0])}
            found = await in_turns(works, rounds=effort.rounds, times=200)
    floor, ours = median(found["floor"]), median(found["ours"])
    ratios = [mine / theirs for theirs, mine in zip(found["floor"], found["ours"], strict=True)]
    return [
        Line(
            "policy evaluation: the documented one",
            floor=microseconds(floor),
            ours=microseconds(ours),
            ratio=f"{ours / floor:.1f} ×",
            spread=f"{min(ratios):.1f} × to {max(ratios):.1f} ×",
            target="at most 1 ms, in the median",
            met=ours <= TARGET,
            note="the floor is a message to another process and back; the ratio says how many of them",
        )
    ]


def _evaluation(services: Services) -> Work:
    snapshot = services.configuration.snapshot
    policy = snapshot.find(ExpressionPolicy, name="phone-region")
    assert policy

    async def evaluate() -> None:
        assert (await services.policies.evaluate(policy, _REQUEST, snapshot)).passing

    return evaluate


@contextmanager
def _echo() -> Iterator[Work]:
    with subprocess.Popen([sys.executable, "-c", _ECHO], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 - ours
        assert process.stdin
        assert process.stdout
        there, back = process.stdin.fileno(), process.stdout.fileno()

        async def ask() -> None:
            os.write(there, _MESSAGE)
            assert os.read(back, 4096)

        yield ask
        process.stdin.close()
