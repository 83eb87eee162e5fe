"""authentik's REST API as it is read: page by page, with patience, and with distrust."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from watchword.errors import Invalid, WatchwordError
from watchword.gateways.answers import retry_after
from watchword.gateways.errors import SendError
from watchword.gateways.exchange import Answer
from watchword.gateways.http import HttpClient
from watchword.migration.options import Progress

PEER = "authentik"
LARGEST = 8_000_000
"""Bytes of one answer: a hundred users with all their attributes are far less."""
SECONDS = 30.0
PAGE_SIZE = 100
MAX_PAGES = 20_000
TRIES = 5
LONGEST_WAIT = 60
"""Seconds between two tries, whatever the other side asks for."""

_API = "/api/v3"
_REDIRECTS = range(300, 400)
_BUSY = frozenset({429, 500, 502, 503, 504})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

Sleep = Callable[[float], Awaitable[None]]


class ImportFailed(WatchwordError):
    """The other server cannot be read."""

    code = "import_failed"
    status = 502


class Remote:
    """`plain_http` allows an address that is not encrypted beyond this machine: the token would go in clear."""

    def __init__(
        self, http: HttpClient, url: str, token: str, *, plain_http: bool = False, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._http = http
        self.address = base_address(url, plain_http=plain_http)
        if not token or not token.isascii() or not token.isprintable():
            raise Invalid("This is no API token: it is one line of plain letters and digits.")
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._sleep = sleep
        self._answered = False

    @property
    def host(self) -> str:
        return urlsplit(self.address).hostname or ""

    async def every(self, path: str, progress: Progress, what: str, **query: str) -> list[dict[str, Any]]:
        """All of a list; each object once, also where somebody adds to it meanwhile. Raises `ImportFailed`."""
        found: dict[str, dict[str, Any]] = {}
        page = 1
        while page:
            said = await self._page(path, {**query, "page": str(page), "page_size": str(PAGE_SIZE)})
            if said is None:
                raise ImportFailed(f"There is no {path} at {self.address}: is this the address of authentik?")
            results, following, count = said
            for one in results:
                found.setdefault(str(one.get("pk")), one)
            progress(what, len(found), count)
            if following and (following != page + 1 or page >= MAX_PAGES):
                raise ImportFailed(f"authentik's list {path} does not end: page {page} leads to page {following}.")
            page = following
        return list(found.values())

    async def count(self, path: str, **query: str) -> int | None:
        """How many there are; None where this version has no such list."""
        said = await self._page(path, {**query, "page": "1", "page_size": "1"})
        return None if said is None else said[2]

    async def one(self, path: str, **query: str) -> Any:
        """One answer that is not a page, whatever it is; None where there is nothing."""
        return await self._get(path, query)

    async def _page(self, path: str, query: dict[str, str]) -> tuple[list[dict[str, Any]], int, int] | None:
        said = await self._get(path, query)
        if said is None:
            return None
        pagination = said.get("pagination") if isinstance(said, dict) else None
        results = said.get("results") if isinstance(said, dict) else None
        if not isinstance(pagination, dict) or not isinstance(results, list):
            raise _unlike(path)
        following, count = pagination.get("next", 0), pagination.get("count", 0)
        numbers = all(type(number) in (int, float) and number >= 0 for number in (following, count))
        if not numbers or not all(isinstance(one, dict) for one in results):
            raise _unlike(path)
        return results, int(following), int(count)

    async def _get(self, path: str, query: dict[str, str]) -> Any:
        answer = await self._patiently(f"{self.address}{_API}{path}" + (f"?{urlencode(query)}" if query else ""), path)
        if answer.status in _REDIRECTS:
            raise ImportFailed(
                f"{self.address} leads elsewhere (status {answer.status}). Give the address it leads to."
            )
        if answer.status in (401, 403):
            raise ImportFailed(f"authentik refuses the token for {path}. It must be an API token of an administrator.")
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise ImportFailed(f"authentik answers {path} with status {answer.status}.")
        said = answer.json()
        if said is None:
            raise ImportFailed(f"The answer to {path} is no JSON: is {self.address} the address of authentik?")
        return said

    async def _patiently(self, url: str, path: str) -> Answer:
        for tried in range(1, TRIES + 1):
            try:
                answer = await self._http.ask("GET", url, headers=self._headers)
            except SendError as error:
                if error.permanent or not self._answered or tried == TRIES:  # what never answered has a wrong address
                    raise ImportFailed(error.detail) from None
                wait = 2 ** (tried - 1)
            else:
                self._answered = True
                if answer.status not in _BUSY:
                    return answer
                if tried == TRIES:
                    break
                wait = max(retry_after(answer) or 0, 2 ** (tried - 1))
            await self._sleep(min(wait, LONGEST_WAIT))
        raise ImportFailed(f"authentik is busy or broken: status {answer.status} for {path}, {TRIES} times.")


def _unlike(path: str) -> ImportFailed:
    return ImportFailed(f"The answer to {path} is none of authentik's: it lacks the results of a page.")


def base_address(url: str, *, plain_http: bool = False) -> str:
    """Without `/api/v3` and the slash. Raises `Invalid`; never repeats what may hold a password."""
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
        raise Invalid("Write the address as https://auth.example.org.")
    if parts.username is not None or parts.password is not None:
        raise Invalid("The address must hold no name or password: the token is given by itself.")
    if parts.scheme == "http" and host not in _LOOPBACK and not plain_http:
        raise Invalid("http:// would send the token in clear. Use https://, or --plain-http in a network you trust.")
    path = parts.path.rstrip("/").removesuffix(_API).rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"
