"""The application, parts of which are learnt when one of their addresses is first asked for."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from litestar import Litestar, Router
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.types import ControllerRouterHandler, LifeSpanReceive, LifeSpanScope, LifeSpanSend, Receive, Scope, Send
from litestar.utils.path import normalize_path

from watchword.web.api.operation import Operation
from watchword.web.direct import Direct
from watchword.web.state import pace_in


class Area(NamedTuple):
    """All addresses that begin with `prefix`, which ends with a slash, but those that begin with one of `but`."""

    prefix: str
    handlers: Callable[[], Sequence[ControllerRouterHandler]]
    but: tuple[str, ...] = ()

    def has(self, path: str) -> bool:
        whole = f"{normalize_path(path)}/"
        return whole.startswith(self.prefix) and not whole.startswith(self.but)


class Site(Litestar):
    """What visitors need is there from the start. The console and the API for administrators are three modules in five
    and nine addresses in ten: a server that nobody administers yet starts without them, in half the time.
    """

    def __init__(self, *, areas: Sequence[Area] = (), direct: Sequence[Operation] = (), **about: Any) -> None:
        """Of `direct`, operations at one path, the framework is left out where that makes no difference."""
        super().__init__(**about)
        self._direct = Direct(self, direct)
        self._unlearnt = tuple(areas)
        self._learning = asyncio.Lock()

    async def __call__(
        self, scope: Scope | LifeSpanScope, receive: Receive | LifeSpanReceive, send: Send | LifeSpanSend
    ) -> None:
        if scope["type"] != "lifespan":
            if pace := pace_in(self):
                await pace.turn((scope.get("method"), scope["path"]))
            if request := self._direct.taken(scope, receive, send):
                await self._direct.answer(request)
                return
            if self._unlearnt:
                await self._learn_of(scope["path"])
        await super().__call__(scope, receive, send)

    async def _learn_of(self, path: str) -> None:
        for area in self._unlearnt:
            if area.has(path):
                await self._learn(area)

    async def _learn(self, area: Area) -> None:
        """Once, however many ask: the others wait. The importing is done beside the event loop."""
        async with self._learning:
            if area in self._unlearnt:
                self.take(await asyncio.to_thread(area.handlers))
                self._unlearnt = tuple(one for one in self._unlearnt if one is not area)

    def take(self, handlers: Sequence[ControllerRouterHandler]) -> None:
        """Within one router: Litestar checks the whole tree of addresses anew for each that it is given."""
        self.register(Router("/", route_handlers=handlers))

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        """Litestar's, without those for libraries that happen to be installed: importing pydantic for nothing takes a
        tenth of a second, and 10 MB.
        """
        return [*plugins, MsgspecDIPlugin()]
