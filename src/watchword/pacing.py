"""Who begins when many come in the same moment: so few in each turn of the event loop that all else goes on meanwhile.

On the embedded database a request works without a pause until it waits for somebody else. Five thousand that begin in
one turn hold everything up for ten seconds: answers of gateways lie there unread until their time is over.
"""

import asyncio
from collections import deque
from collections.abc import Hashable

IN_A_TURN = 8
"""At 2 ms each, whoever comes meanwhile waits for 16."""


class Pace:
    """For one event loop. Those who wait stand in lines, of which each gets its turn: a crowd at one address keeps
    nobody from another.
    """

    def __init__(self, in_a_turn: int = IN_A_TURN) -> None:
        self._most = in_a_turn
        self._begun = 0
        self._lines: dict[Hashable, deque[asyncio.Future[None]]] = {}
        self._watching = False

    @property
    def waiting(self) -> int:
        return sum(map(len, self._lines.values()))

    async def turn(self, line: Hashable) -> None:
        """Returns at once where few have begun in this turn of the event loop."""
        if self._begun >= self._most or self._lines:
            place = asyncio.get_running_loop().create_future()
            self._lines.setdefault(line, deque()).append(place)
            await place
            return
        self._begun += 1
        if not self._watching:
            self._watching = True
            asyncio.get_running_loop().call_soon(self._next)

    def _next(self) -> None:
        self._begun = 0
        while self._lines and self._begun < self._most:
            place = self._first()
            if not place.done():  # who waited there has not gone
                place.set_result(None)
                self._begun += 1
        self._watching = self._begun > 0
        if self._watching:
            asyncio.get_running_loop().call_soon(self._next)

    def _first(self) -> asyncio.Future[None]:
        """Of the first line, which becomes the last."""
        line = next(iter(self._lines))
        places = self._lines.pop(line)
        place = places.popleft()
        if places:
            self._lines[line] = places
        return place
