"""Two ways of doing something, in turns, in this process."""

import statistics
import time
from collections.abc import Awaitable, Callable, Mapping

Work = Callable[[], Awaitable[object]]


async def in_turns(works: Mapping[str, Work], *, rounds: int, times: int) -> dict[str, list[float]]:
    """For each, the median of every round, in microseconds; a round before them is for warming up."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds + 1):
        for name, work in works.items():
            found[name].append(await _median(work, times))
    return {name: medians[1:] for name, medians in found.items()}


async def _median(work: Work, times: int) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        await work()
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1e6


def microseconds(value: float) -> str:
    return f"{value:,.0f} µs" if value < 10_000 else f"{value / 1000:,.1f} ms"
