"""The one HTTP client of all gateways: bounded in time and size, following no redirect."""

import asyncio
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, NamedTuple

import aiohttp
from aiohttp.connector import Connection

from watchword import __version__
from watchword.gateways.errors import SendError
from watchword.gateways.exchange import PEER, Answer, too_late
from watchword.gateways.reuse import KEPT_SECONDS, Request, by_a_good_connection

MAX_ANSWER = 1_000_000
"""Bytes of an answer, unpacked; more is a failed send."""

CONNECT_SECONDS = 5.0
_CHUNK = 65_536
_FINAL = 200
"""Answers below are only preliminary (RFC 9110, 15.2), so nothing was taken."""


class _Cause(NamedTuple):
    error: type[Exception]
    words: str
    hint: str = ""


_CAUSES = (
    _Cause(
        aiohttp.ClientConnectorDNSError,
        "its name is not known",
        "Look for a slip in the address; else this server’s name server does not know it.",
    ),
    _Cause(
        aiohttp.ClientConnectorCertificateError,
        "its certificate is not trusted",
        "It must renew it, or send the whole chain. One that you made yourself must be trusted by this server.",
    ),
    _Cause(
        aiohttp.ClientSSLError,
        "no TLS connection can be made",
        "It may speak plain http:// at this port, or only versions of TLS that are no longer safe.",
    ),
    _Cause(
        aiohttp.ClientConnectorError,
        "no connection can be made",
        "Check the address and its port; a firewall may be in the way, or nothing runs there.",
    ),
    _Cause(aiohttp.ClientPayloadError, "its answer broke off or cannot be unpacked"),
    _Cause(aiohttp.ClientResponseError, "its answer is not HTTP", "Check the address and its port."),
)
"""The first that fits. Never an error's own text: it may hold the address, and the address a key."""


class _Response(aiohttp.ClientResponse):
    """Notes how long the server's certificate is good: the connection is given back with the answer's last byte."""

    certificate_ends: datetime | None = None

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        transport = connection.transport
        certificate = transport.get_extra_info("peercert") if transport else None
        if certificate:
            self.certificate_ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
        return await super().start(connection)


class HttpClient:
    """`timeout` in seconds, for a whole exchange; `start` and `close` within the event loop that uses it. `trust` says
    whose certificates count, where it is not those that the system trusts; `peer` is what errors call the other side,
    and `largest` how many bytes of an answer are read.
    """

    def __init__(
        self,
        *,
        timeout: float = 10.0,
        connect_timeout: float = CONNECT_SECONDS,
        trust: ssl.SSLContext | None = None,
        peer: str = PEER,
        largest: int = MAX_ANSWER,
    ) -> None:
        self.timeout = timeout
        self._peer = peer
        self._largest = largest
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=min(timeout, connect_timeout))
        self._trust = trust
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(
            # Without limits of its own: the lanes before it have them, and say so where they are reached.
            connector=aiohttp.TCPConnector(limit=0, ssl=self._trust or True, keepalive_timeout=KEPT_SECONDS),
            request_class=Request,
            response_class=_Response,
            middlewares=(by_a_good_connection,),
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
        return await self._exchange("POST", url, headers, body)

    async def ask(self, method: Literal["GET", "OPTIONS"], url: str, *, headers: Mapping[str, str]) -> Answer:
        """By a method that changes nothing (RFC 9110, 9.2.1), within the limits of `post`. Raises as that does."""
        return await self._exchange(method, url, headers, None)

    async def _exchange(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        if not url.lower().startswith(("http://", "https://")):
            raise SendError(
                "configuration", f"{self._peer}'s address must start with http:// or https://.", permanent=True
            )
        if self._session is None:
            raise RuntimeError("The HTTP client is not started.")
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, allow_redirects=False
            ) as response:
                if response.status < _FINAL:
                    detail = f"{self._peer} cannot be reached: its answer is no final one."
                    raise SendError("network", detail, retry_elsewhere=True, http_status=response.status)
                names = {name.lower(): value for name, value in response.headers.items()}
                ends = response.certificate_ends if isinstance(response, _Response) else None
                return Answer(response.status, names, await self._bounded(response), ends)
        except TimeoutError:
            raise too_late(self._peer) from None
        except aiohttp.InvalidURL:
            raise _unusable(self._peer) from None
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
            raise _unreachable(self._peer, error) from None
        except ValueError:  # a line break in a credential; after the rest, as an untrusted certificate is one too
            raise _unusable(self._peer) from None

    async def _bounded(self, response: aiohttp.ClientResponse) -> bytes:
        body = b""
        async for chunk in response.content.iter_chunked(_CHUNK):
            body += chunk
            if len(body) > self._largest:
                detail = f"{self._peer}'s answer is over {self._largest} bytes."
                raise SendError("network", detail, retry_elsewhere=True, http_status=response.status)
        return body


def _unusable(peer: str) -> SendError:
    named = peer[:1].lower() + peer[1:]
    detail = f"No request can be made of {named}'s address and credentials: check both."
    return SendError("configuration", detail, permanent=True, retry_elsewhere=True)


def _unreachable(peer: str, error: Exception) -> SendError:
    cause = next((cause for cause in _CAUSES if isinstance(error, cause.error)), None)
    words = cause.words if cause else "the connection broke"
    detail = f"{peer} cannot be reached: {words} ({type(error).__name__})."
    return SendError("network", detail, retry_elsewhere=True, hint=cause.hint if cause else "")
