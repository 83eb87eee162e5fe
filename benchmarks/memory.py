"""What is resident, at rest and under load, of the server's process and of the sandbox's workers."""

import asyncio
from collections.abc import Sequence

from benchmarks.contests import Subject
from benchmarks.databases import NAMES
from benchmarks.house import House
from benchmarks.jobs import ENROL, SIGN_IN
from benchmarks.load import Effort, Rivals, contest
from benchmarks.processes import Memory, Server
from benchmarks.table import Line, percent

TARGET = 120
"""MB."""
_REST_SECONDS = 2.0
_SUBJECTS = (Subject("enrolments", ENROL), Subject("sign-ins", SIGN_IN))


async def lines(house: House, effort: Effort) -> list[Line]:
    scripts = {subject.job.name: await house.script_of(subject.job) for subject in _SUBJECTS}
    with house.floor(scripts) as floor, house.server() as ours:
        await asyncio.sleep(_REST_SECONDS)
        found = [_line("memory at rest", house, [floor, ours], TARGET)]
        for subject in _SUBJECTS:
            script, once = scripts[subject.job.name], effort._replace(rounds=2)
            await contest(Rivals([floor], [ours]), subject.job, script, house.gateway, once)
            found.append(_line(f"memory after a load of {subject.what}", house, [floor, ours], None))
    return found


def _line(what: str, house: House, servers: Sequence[Server], most: float | None) -> Line:
    floor, ours = (server.memory() for server in servers)
    return Line(
        what,
        NAMES[house.dialect],
        floor=_figures(floor),
        ours=_figures(ours),
        ratio=percent(floor.own / ours.own),
        target=f"at most {most:g} MB" if most else "",
        met=ours.own <= most if most else None,
        note=f"resident of the server's process, and of all below it; {ours.shared_fairly:.0f} MB in all where "
        f"shared pages count once; {servers[1].peak():.0f} MB was the most of its process",
    )


def _figures(memory: Memory) -> str:
    return f"{memory.own:.0f} MB" + (f" + {memory.below:.0f} MB" if memory.below else "")
