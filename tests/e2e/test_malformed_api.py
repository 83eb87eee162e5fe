"""Thousands of malformed requests to the real server: each is refused with a reason, and nothing is lost."""

import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest

from tests.databases import KINDS, database_settings
from tests.doubles.gateway import GatewayDouble
from tests.e2e.api_server import TOKEN, api_server
from tests.e2e.known_objects import Known, known_objects, lists, make_everything, read
from tests.e2e.server import ServerProcess

JSON = "application/json"
BODIES = (
    (b"{", JSON),
    (b"[]", JSON),
    (b"null", JSON),
    (b'"text"', JSON),
    (b"\xff\xfe{}", JSON),
    (b'{"name": NaN}', JSON),
    (b'{"name": "\\ud800"}', JSON),
    (b"{}" * 2, JSON),
    (b"{,}", JSON),
    (b"\t", JSON),
    (b'{"a":' * 5000 + b"1" + b"}" * 5000, JSON),
    (b"[" * 100_000, JSON),
    (b'{"name": "' + b"x" * 1_100_000 + b'"}', JSON),
    (b"name=x", "application/x-www-form-urlencoded"),
    (b"<name/>", "application/xml"),
    (b"{}", "text/plain; charset=nonsense"),
    (b"--", "multipart/form-data"),
    (b"--x\r\n\r\n", "multipart/form-data; boundary=x"),
)
PARTS = (
    "nope",
    "%00",
    "..%2F..%2Fetc",
    "9" * 300,
    quote("😀"),
    quote("مرحبا"),
    "%FF%FE",
    "-1",
    "1.5",
    "%2e%2e",
    "a" * 5000,
)
TEXTS = ("\0", "9" * 300, "😀" * 50, "[", "مرحبا", "%FF", "-1", "1e999", "nan", "' OR 1=1 --", "x" * 5000, ",,,", "{")


class Sent(NamedTuple):
    """`refused`: whether it can be nothing but wrong; else it may filter nothing, and only never fails."""

    method: str
    path: str
    body: bytes = b""
    media_type: str = ""
    refused: bool = True
    field: str = ""


@pytest.fixture(scope="module", params=KINDS)
def api(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shared_double: GatewayDouble
) -> Iterator[ServerProcess]:
    with database_settings(request.param) as settings:
        server = api_server(tmp_path_factory.mktemp(f"malformed-{request.param}"), shared_double, **settings)
        yield server.start()
        assert server.stop() == 0, server.output()


def malformed(description: dict[str, Any], known: Known) -> Iterator[Sent]:
    for path, methods in description["paths"].items():
        filled = path.format(**known.get(path, {"flow_slug": "default-authentication-flow"}))
        for method, operation in methods.items():
            yield from of_parts(method.upper(), path)
            if path == "/flows/executor/{flow_slug}/":
                continue  # its answers to what is wrong are challenges, tried where the flows are
            yield from of_queries(method.upper(), filled, operation)
            content = operation.get("requestBody", {}).get("content", {})
            if content:
                yield from (Sent(method.upper(), filled, *body) for body in BODIES)
            if JSON in content:
                yield from of_fields(method.upper(), filled, description, content[JSON]["schema"])


def of_parts(method: str, path: str) -> Iterator[Sent]:
    """Objects that there are not."""
    before, brace, rest = path.partition("{")
    if brace:
        after = rest.partition("}")[2].format(object_app="a")
        yield from (Sent(method, before + part + after) for part in PARTS)


def of_queries(method: str, path: str, operation: dict[str, Any]) -> Iterator[Sent]:
    names = [one["name"] for one in operation["parameters"] if one["in"] == "query"]
    for number, name in enumerate(names if method == "GET" else ()):
        for text in (TEXTS[number % len(TEXTS)], TEXTS[(number + 5) % len(TEXTS)]):
            yield Sent(method, f"{path}?{name}={quote(text)}", refused=False)


def of_fields(method: str, path: str, description: dict[str, Any], reference: dict[str, Any]) -> Iterator[Sent]:
    schema = description["components"]["schemas"][reference["$ref"].rpartition("/")[2]]
    for name, field in schema["properties"].items():
        kinds = {one.get("type") for one in [field, *field.get("anyOf", ())]}
        for wrong in (5.5, "\0") if kinds & {"array", "object"} else ({"a": ["\0"]}, [10**400]):
            yield Sent(method, path, json.dumps({name: wrong}).encode(), JSON, field=name)


class Client:
    """Keeps its connection. A server may answer before a body's end, and close: then it is asked once more."""

    def __init__(self, server: ServerProcess) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)

    def close(self) -> None:
        self._connection.close()

    def send(self, sent: Sent) -> tuple[int, bytes]:
        try:
            return self._send(sent)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.close()
            return self._send(sent)

    def _send(self, sent: Sent) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {TOKEN}"} | ({"Content-Type": sent.media_type} if sent.media_type else {})
        self._connection.request(sent.method, "/api/v3" + sent.path, sent.body, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()


VOLATILE = ("last_used", "last_login", "last_updated")


def state(api: ServerProcess, description: dict[str, Any]) -> dict[str, Any]:
    """All that can be listed, but for the audit trail and the times at which somebody was last there."""
    return {
        path: [{name: value for name, value in one.items() if name not in VOLATILE} for one in found]
        for path, found in lists(api, description).items()
        if not path.startswith("/events/")
    }


def complaint(sent: Sent, status: int, body: bytes) -> str:
    """What is wrong with an answer; "" where nothing is."""
    try:
        told = json.loads(body)
    except ValueError:
        told = None
    if not (400 if sent.refused else 200) <= status < 500:
        problem = "answered"
    elif status >= 400 and not isinstance(told, dict):
        problem = "refused without a reason"
    elif sent.field and sent.field not in told:
        problem = f"refused without a word of {sent.field}"
    else:
        return ""
    return f"{sent.method} {sent.path[:200]} {sent.body[:100]!r} was {problem}: {status} {body[:200]!r}"


def test_thousands_of_malformed_requests_are_refused_and_lose_nothing(
    api: ServerProcess, double: GatewayDouble
) -> None:
    make_everything(api, double)
    description = read(api, "/schema/")
    before = state(api, description)
    requests = list(malformed(description, known_objects(api, description)))
    assert len(requests) >= 5000
    with closing(Client(api)) as client:
        complaints = [said for sent in requests if (said := complaint(sent, *client.send(sent)))]
    assert not complaints, "\n".join(complaints[:20])
    assert state(api, description) == before
    assert "unexpected_error" not in api.output()
    assert "Traceback" not in api.output()
