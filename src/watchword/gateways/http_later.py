"""The HTTP client of a server, made when a gateway first asks for something."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from watchword.gateways.exchange import Answer

if TYPE_CHECKING:
    from watchword.gateways.http import HttpClient


class LaterClient:
    """As `HttpClient`. aiohttp and the certificates that the system trusts take a tenth of a second and 9 MB, which a
    server should not need before it first answers; they are loaded beside the event loop.
    """

    def __init__(self, *, timeout: float) -> None:
        self.timeout = timeout
        self._client: HttpClient | None = None
        self._opening = asyncio.Lock()
        self._closed = False

    async def close(self) -> None:
        self._closed = True
        if self._client:
            await self._client.close()

    async def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        return await (await self._opened()).post(url, headers=headers, body=body)

    async def ask(self, method: Literal["GET", "OPTIONS"], url: str, *, headers: Mapping[str, str]) -> Answer:
        return await (await self._opened()).ask(method, url, headers=headers)

    async def _opened(self) -> "HttpClient":
        if self._client:
            return self._client
        async with self._opening:
            if self._client is None:
                made = await asyncio.to_thread(_client_class)
                if self._closed:
                    raise RuntimeError("The HTTP client is closed.")
                client = made(timeout=self.timeout)
                await client.start()
                self._client = client
        return self._client


def _client_class() -> type["HttpClient"]:
    from watchword.gateways.http import HttpClient

    return HttpClient
