"""The one HTTP client of all gateways: bounded in time and size, following no redirect."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import msgspec

from watchword import __version__
from watchword.gateways.errors import SendError

MAX_ANSWER = 1_000_000
"""Bytes of an answer, unpacked; more is a failed send."""

CONNECT_SECONDS = 5.0
_CHUNK = 65_536
_FINAL = 200
"""Answers below are only preliminary (RFC 9110, 15.2), so nothing was taken."""

_PER_HOST = 100
"""Connections to one gateway: one that stalls must not hold up the others, so there is no limit over all."""

_CAUSES: tuple[tuple[type[Exception], str], ...] = (
    (aiohttp.ClientConnectorDNSError, "its name is not known"),
    (aiohttp.ClientConnectorCertificateError, "its certificate is not trusted"),
    (aiohttp.ClientSSLError, "no TLS connection can be made"),
    (aiohttp.ClientConnectorError, "no connection can be made"),
    (aiohttp.ClientPayloadError, "its answer broke off or cannot be unpacked"),
    (aiohttp.ClientResponseError, "its answer is not HTTP"),
)
"""The first that fits. Never an error's own text: it may hold the address, and the address a key."""


class Answer(msgspec.Struct, frozen=True):
    """`headers` by their names in lower case; of several of one name the last."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        """Never shows what was said: it may repeat what it was told."""
        return f"Answer(status={self.status})"

    def __rich_repr__(self) -> list[tuple[str, int]]:
        """For tracebacks made by rich, which would show every field."""
        return [("status", self.status)]

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        """The decoded body, or None where it is no JSON."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return None


class HttpClient:
    """`timeout` in seconds, for a whole exchange; `start` and `close` within the event loop that uses it."""

    def __init__(self, *, timeout: float = 10.0, connect_timeout: float = CONNECT_SECONDS) -> None:
        self.timeout = timeout
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=min(timeout, connect_timeout))
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, limit_per_host=_PER_HOST),
            timeout=self._timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": f"Watchword/{__version__}"},
            trust_env=False,
        )

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        """Any answer there is, of whatever status. Raises `SendError`: `network` where there is none to be had,
        `configuration` where the request cannot even be made.
        """
        if not url.lower().startswith(("http://", "https://")):
            raise SendError(
                "configuration", "The gateway's address must start with http:// or https://.", permanent=True
            )
        if self._session is None:
            raise RuntimeError("The HTTP client is not started.")
        try:
            async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as response:
                if response.status < _FINAL:
                    detail = "The gateway cannot be reached: its answer is no final one."
                    raise SendError("network", detail, retry_elsewhere=True, http_status=response.status)
                names = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status, names, await _bounded(response))
        except TimeoutError:
            raise SendError("network", "The gateway did not answer in time.", retry_elsewhere=True) from None
        except aiohttp.InvalidURL:
            raise _unusable() from None
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
            raise SendError("network", _explained(error), retry_elsewhere=True) from None
        except ValueError:  # a line break in a credential; after the rest, as an untrusted certificate is one too
            raise _unusable() from None


def _unusable() -> SendError:
    detail = "No request can be made of the gateway's address and credentials: check both."
    return SendError("configuration", detail, permanent=True, retry_elsewhere=True)


def _explained(error: Exception) -> str:
    cause = next((cause for kind, cause in _CAUSES if isinstance(error, kind)), "the connection broke")
    return f"The gateway cannot be reached: {cause} ({type(error).__name__})."


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    body = b""
    async for chunk in response.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > MAX_ANSWER:
            detail = f"The gateway's answer is over {MAX_ANSWER} bytes."
            raise SendError("network", detail, retry_elsewhere=True, http_status=response.status)
    return body
