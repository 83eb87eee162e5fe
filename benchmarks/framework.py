"""The executor's step beside a handler of two statements by the framework and the SQL library that Watchword uses: what
the design measured, 2,500 a second, and what its target of 1,500 was set against.
"""

from benchmarks.contests import Subject, line_of
from benchmarks.databases import NAMES
from benchmarks.house import House
from benchmarks.jobs import ANSWER
from benchmarks.load import Effort, Rivals, contest
from benchmarks.steps import TARGET
from benchmarks.table import Line

SUBJECT = Subject("executor step: an answer, beside Litestar and SQLAlchemy", ANSWER, TARGET, by_request=True)


async def lines(house: House, effort: Effort) -> list[Line]:
    script = await house.script_of(ANSWER)
    with house.framework() as floor, house.server() as ours:
        found = await contest(Rivals([floor], [ours]), ANSWER, script, house.gateway, effort)
    return [line_of(SUBJECT, NAMES[house.dialect], found)]
