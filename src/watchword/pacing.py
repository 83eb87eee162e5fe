"""Who begins when many come in the same moment: so few in each turn of the event loop that all else goes on meanwhile.

On the embedded database a request works without a pause until it waits for somebody else. Five thousand that begin in
one turn hold everything up for ten seconds: answers of gateways lie there unread until their time is over. With
PostgreSQL they would all wait for its few connections, until the patience of most is at its end.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Hashable

IN_A_TURN = 8
"""At 2 ms each, whoever comes meanwhile waits for 16."""

_LATER = 0.002
"""Seconds until a crowd is looked at again: asking in every turn would keep the processor at work."""


class Pace:
    """For one event loop. Those who wait stand in lines, of which each gets its turn: a crowd at one address keeps
    nobody from another. None begins while it is `crowded` where all of them will want to go.
    """

    def __init__(self, in_a_turn: int = IN_A_TURN, crowded: Callable[[], bool] = lambda: False) -> None:
        self._most = in_a_turn
        self._crowded = crowded
        self._begun = 0
        self._lines: dict[Hashable, deque[asyncio.Future[None]]] = {}
        self._watching = False

    @property
    def waiting(self) -> int:
        return sum(map(len, self._lines.values()))

    async def turn(self, line: Hashable) -> None:
        """Returns at once where few have begun in this turn of the event loop."""
        if self._begun >= self._most or self._lines or self._crowded():
            self._watch()
            place = asyncio.get_running_loop().create_future()
            self._lines.setdefault(line, deque()).append(place)
            await place
            return
        self._begun += 1
        self._watch()

    def _watch(self) -> None:
        if not self._watching:
            self._watching = True
            asyncio.get_running_loop().call_soon(self._next)

    def _next(self) -> None:
        self._begun, self._watching = 0, False
        if self._lines and self._crowded():
            self._watching = True
            asyncio.get_running_loop().call_later(_LATER, self._next)
            return
        while self._lines and self._begun < self._most:
            place = self._first()
            if not place.done():  # who waited there has not gone
                place.set_result(None)
                self._begun += 1
        if self._begun:
            self._watch()

    def _first(self) -> asyncio.Future[None]:
        """Of the first line, which becomes the last."""
        line = next(iter(self._lines))
        places = self._lines.pop(line)
        place = places.popleft()
        if places:
            self._lines[line] = places
        return place
