"""authentik's API as an import sees it: lists in pages, by the shapes of an old version or of a new one."""

import json
import math
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.doubles.gateway import GatewayDouble, Received

TOKEN = "an-administrators-api-token"
JSON = "Content-Type: application/json"

Answer = tuple[Any, ...]
Fault = Callable[[str, int], Answer | None]
"""May answer in the place of the API, by the path and the turn."""

Found = dict[str, Any]


def nothing_wrong(path: str, turn: int) -> None:
    """The API answers."""


class Authentik:
    """`lists` by their paths. `fault` is what goes wrong; `page_size` caps pages, as authentik does."""

    def __init__(
        self, lists: dict[str, list[Found]], *, page_size: int = 100, tls: ssl.SSLContext | None = None
    ) -> None:
        self.lists = lists
        self.page_size = page_size
        self.fault: Fault = nothing_wrong
        self.token = TOKEN
        self.double = GatewayDouble(tls)

    @property
    def url(self) -> str:
        return self.double.url

    @property
    def asked(self) -> list[str]:
        return [request.path for request in self.double.requests]

    def answer(self, request: Received, turn: int) -> Answer:
        address = urlsplit(request.path)
        if (wrong := self.fault(address.path, turn)) is not None:
            return wrong
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return 403, b'{"detail": "Token invalid/expired"}', JSON
        path = address.path.removeprefix("/api/v3")
        query = {key: values[-1] for key, values in parse_qs(address.query).items()}
        return self._found(path, query)

    def _found(self, path: str, query: dict[str, str]) -> Answer:
        if path == "/authenticators/admin/all/":
            owned = [one for one in self.lists[path] if str(one["owner"]) == query["user"]]
            return _json(200, [{key: value for key, value in one.items() if key != "owner"} for one in owned])
        if path in self.lists:
            return self._page(self.lists[path], query)
        folder, _, pk = path.rstrip("/").rpartition("/")
        one = next((one for one in self.lists.get(f"{folder}/", []) if str(one["pk"]) == pk), None)
        return _json(200, one) if one else _json(404, {"detail": "Not found."})

    def _page(self, found: list[Found], query: dict[str, str]) -> Answer:
        page, size = int(query.get("page", 1)), min(int(query.get("page_size", 20)), self.page_size)
        pages = max(1, math.ceil(len(found) / size))
        if page > pages:
            return _json(404, {"detail": "Invalid page."})
        pagination = {
            "next": page + 1 if page < pages else 0,
            "previous": page - 1,
            "count": len(found),
            "current": page,
            "total_pages": pages,
            "start_index": (page - 1) * size + 1 if found else 0,
            "end_index": min(page * size, len(found)),
        }
        results = found[(page - 1) * size : page * size]
        return _json(200, {"pagination": pagination, "results": results, "autocomplete": {}})


def _json(status: int, said: Any) -> Answer:
    return status, json.dumps(said).encode(), JSON


@contextmanager
def serving(authentik: Authentik) -> Iterator[Authentik]:
    with authentik.double:
        authentik.double.behave("served", authentik.answer)
        yield authentik
