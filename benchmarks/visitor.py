"""A JSON client of the flow executor as it is measured: cookies and the CSRF header, on a connection of its own."""

from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any, NamedTuple

import msgspec

from benchmarks.connection import Caller, Headers
from benchmarks.gateway import Gateway

END = "xak-flow-redirect"
_visitors = count(1)


class Visitor:
    """Each comes from an address of his own, so that no throttle of addresses holds him back."""

    def __init__(self, caller: Caller, gateway: Gateway) -> None:
        self.gateway = gateway
        self.number = 0
        self._caller = caller
        self._cookies: dict[str, str] = {}
        self.forget()

    def forget(self) -> None:
        """Becomes somebody else, who has no session yet; `number` is told of nobody else."""
        self._cookies = {}
        self.number = next(_visitors)
        part = self.number
        self._address = f"10.{part >> 16 & 255}.{part >> 8 & 255}.{part & 255}"

    async def flow(self, slug: str, **answer: str) -> Any:
        """POST where there is an answer, else GET."""
        path = f"/api/v3/flows/executor/{slug}/?query="
        if answer:
            return await self._ask("POST", path, msgspec.json.encode(answer))
        return await self._ask("GET", path, b"")

    async def _ask(self, method: str, path: str, body: bytes) -> Any:
        headers: Headers = [("X-Forwarded-For", self._address), ("Accept", "application/json")]
        if body:
            headers.append(("Content-Type", "application/json"))
        if self._cookies:
            headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in self._cookies.items())))
            headers.append(("X-authentik-CSRF", self._cookies.get("authentik_csrf", "")))
        answer = await self._caller.call(method, path, headers, body)
        assert answer.status == 200, (answer.status, answer.body[:500])
        self._cookies.update(answer.cookies)
        return msgspec.json.decode(answer.body)


class Job(NamedTuple):
    """`visit` is what is done again and again, and counted; `begin` comes once for each visitor, before it."""

    name: str
    visit: Callable[[Visitor], Awaitable[None]]
    begin: Callable[[Visitor], Awaitable[None]] | None = None
