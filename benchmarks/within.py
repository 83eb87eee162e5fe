"""Calls an ASGI application within this process: for counting what a request takes of the database."""

from typing import Any

from benchmarks.connection import Answer, Headers, parsed


class Within:
    def __init__(self, app: Any) -> None:
        self._app = app

    async def call(self, method: str, path: str, headers: Headers, body: bytes = b"") -> Answer:
        sent: list[Any] = []
        name, _, query = path.partition("?")
        given = [("Host", "127.0.0.1"), ("Content-Length", str(len(body))), *headers]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": name,
            "raw_path": name.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(key.lower().encode(), value.encode()) for key, value in given],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "state": {},
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        return _as_answer(sent)


def _as_answer(sent: list[Any]) -> Answer:
    lines = [b"HTTP/1.1 %d" % sent[0]["status"], *(b"%s: %s" % header for header in sent[0]["headers"]), b"", b""]
    answer = parsed(b"\r\n".join(lines) + b"".join(message.get("body", b"") for message in sent[1:]))
    assert answer
    return answer
