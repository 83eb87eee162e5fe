"""Calls an ASGI application within this process: what is measured is the application, not a network."""

import json
from http.cookies import SimpleCookie
from typing import Any


class Client:
    def __init__(self, app: Any) -> None:
        self._app = app
        self._cookies: dict[str, str] = {}

    async def call(self, method: str, path: str, body: bytes = b"") -> Any:
        sent: list[Any] = []
        headers = [
            (b"host", b"127.0.0.1"),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"cookie", "; ".join(f"{key}={value}" for key, value in self._cookies.items()).encode()),
            (b"x-authentik-csrf", self._cookies.get("authentik_csrf", "").encode()),
        ]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "state": {},
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        self._keep_cookies(sent[0]["headers"])
        return json.loads(b"".join(message.get("body", b"") for message in sent[1:]) or b"null")

    def _keep_cookies(self, headers: list[tuple[bytes, bytes]]) -> None:
        for name, value in headers:
            if name == b"set-cookie":
                for key, morsel in SimpleCookie(value.decode()).items():
                    self._cookies[key] = morsel.value

    async def flow(self, slug: str, **answer: Any) -> Any:
        """POST where there is an answer, else GET."""
        path = f"/api/v3/flows/executor/{slug}/"
        return await self.call("POST", path, json.dumps(answer).encode()) if answer else await self.call("GET", path)
