"""Turns: so many at once, so many waiting, first come first served."""

import asyncio


class Full(Exception):
    """As many wait as may."""


class Turns:
    """`at_once` have a turn, `waiting` may wait for one; within one event loop."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._at_once = at_once
        self._bound = waiting
        self._waiting: dict[asyncio.Future[None], None] = {}
        self.taken = 0

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def free(self) -> bool:
        """Whether whoever comes now has his turn at once."""
        return self.taken < self._at_once and not self._waiting

    async def take(self, seconds: float) -> None:
        """Whoever took a turn gives it back. Raises `Full`, and TimeoutError after waiting so many seconds."""
        if self.free:
            self.taken += 1
            return
        if len(self._waiting) >= self._bound:
            raise Full
        turn = asyncio.get_running_loop().create_future()
        self._waiting[turn] = None
        try:
            async with asyncio.timeout(seconds):
                await turn
        except BaseException:
            if turn.done() and not turn.cancelled():
                self.give_back()  # it came in the same moment as the end of the wait
            else:
                self._waiting.pop(turn, None)
            raise

    def give_back(self) -> None:
        while self._waiting:
            turn = next(iter(self._waiting))
            del self._waiting[turn]
            if not turn.done():
                turn.set_result(None)
                return
        self.taken -= 1
