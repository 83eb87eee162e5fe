"""Threads that drive the sandbox's sessions, so that the event loop waits for none of them.

Measured: a session driven from a thread costs the server half of what it costs through the sandbox's own coroutines,
which cross between threads at every step of it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, Literal

_NAME = "watchword-sandbox"
_CLOSED = "The sandbox was closed."
_GONE = object()

Ask = Callable[[Any], Any]
"""For the thread: puts a question to whoever listens in the event loop, and returns the answer. Raises `Stopped`."""
Work = Callable[[Ask], Any]

_Said = tuple[Literal["asks", "has", "failed"], Any]


class Stopped(Exception):
    """Work ended before its end: nobody waits for it, the threads were closed, or the library under it failed."""


class Talk:
    """Between one who waits in the event loop and the thread that works for him."""

    def __init__(self, work: Work, ended: Callable[["Talk"], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._work = work
        self._ended = ended
        self._said: asyncio.Queue[_Said] = asyncio.Queue()
        self._answers: SimpleQueue[Any] = SimpleQueue()
        self._left = False

    async def listen(self, answer: Callable[[Any], Awaitable[Any]]) -> Any:
        """What the work returns, or raises; its questions are answered in the task that listens."""
        try:
            while True:
                kind, value = await self._said.get()
                if kind == "has":
                    return value
                if kind == "failed":
                    raise value
                self._answers.put(await answer(value))
        finally:
            self.leave()

    def leave(self) -> None:
        """The work ends before it begins, or at the question that it has or comes to."""
        self._left = True
        self._answers.put(_GONE)

    def run(self) -> None:
        """In the thread."""
        said: _Said
        try:
            if self._left:
                raise Stopped(_CLOSED)
            said = ("has", self._work(self._ask))
        except Exception as error:  # noqa: BLE001 - it is the listener's
            said = ("failed", error)
        except BaseException as error:  # noqa: BLE001 - a panic in the sandbox's library is not the server's end
            said = ("failed", Stopped(f"The sandbox failed: {type(error).__name__}"))
        self._tell(self._end, said)

    def _ask(self, question: Any) -> Any:
        self._tell(self._said.put_nowait, ("asks", question))
        answer = self._answers.get()
        if answer is _GONE:
            raise Stopped(_CLOSED)
        return answer

    def _tell(self, how: Callable[[_Said], None], said: _Said) -> None:
        try:
            self._loop.call_soon_threadsafe(how, said)
        except RuntimeError:  # the loop is closed: nobody listens
            self.leave()

    def _end(self, said: _Said) -> None:
        self._ended(self)
        self._said.put_nowait(said)


class Threads:
    """At most `most`, started as they are needed. For one event loop, and only from within it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: SimpleQueue[Talk | None] = SimpleQueue()
        self._threads: list[Thread] = []
        self._talks: set[Talk] = set()
        self._closed = False

    def begin(self, work: Work, ended: Callable[[], None]) -> Talk:
        """`ended` is called in the event loop when the work has, whether or not anybody still listens.

        Raises `Stopped` when closed.
        """
        if self._closed:
            ended()
            raise Stopped(_CLOSED)

        def over(talk: Talk) -> None:
            self._talks.discard(talk)
            ended()

        talk = Talk(work, over)
        self._talks.add(talk)
        if len(self._threads) < min(len(self._talks), self._most):
            # A daemon: an exit that closes nothing does not wait for it either.
            self._threads.append(Thread(target=self._work, name=_NAME, daemon=True))
            self._threads[-1].start()
        self._waiting.put(talk)
        return talk

    def _work(self) -> None:
        while talk := self._waiting.get():
            talk.run()
            del talk  # what it was given is a visitor's, and the next one may be long in coming

    async def close(self) -> None:
        """Waits for what is under way, which its own limits end."""
        self._closed = True
        for talk in self._talks:
            talk.leave()
        for _ in self._threads:
            self._waiting.put(None)
        await asyncio.to_thread(self._join)

    def _join(self) -> None:
        for thread in self._threads:
            thread.join()
