"""Gauges that show what a function says."""

import asyncio
from collections.abc import Callable

from prometheus_client import Gauge

from watchword.metrics.group import shared_folder

EVERY_SECONDS = 1.0


class Followed:
    """By itself a process is asked at every scrape. Of several that count together any may be scraped, and can ask no
    other, so each writes down what its functions say every second.
    """

    def __init__(self) -> None:
        self._ways: list[tuple[Gauge, Callable[[], int]]] = []
        self._together = shared_folder() is not None

    def follow(self, gauge: Gauge, ask: Callable[[], int]) -> None:
        if self._together:
            self._ways.append((gauge, ask))
        else:
            gauge.set_function(ask)

    async def keep_up(self) -> None:
        """Until it is cancelled; nothing for a process by itself."""
        while self._ways:
            for gauge, ask in self._ways:
                gauge.set(ask())
            await asyncio.sleep(EVERY_SECONDS)
