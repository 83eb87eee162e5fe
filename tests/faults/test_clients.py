"""Clients that do what they should not, or what few do, at the real server: each is answered, and nobody else waits."""

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.e2e.inbox import rows
from tests.e2e.server import ServerProcess
from tests.e2e.test_many_at_once import OPEN_TO_ALL

POST = "POST /api/v3/flows/executor/join/?query= HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
BIG = 10_000_000
SLOW = 200


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    folder = tmp_path_factory.mktemp("clients")
    server = ServerProcess(folder / "data")
    file = folder / "open.yaml"
    file.write_text(OPEN_TO_ALL.replace("GATEWAY", "http://127.0.0.1:9/"))
    server.run("blueprint", "apply", str(file))
    yield server.start()
    assert server.stop() == 0
    assert "Traceback" not in server.output()
    assert "unexpected_error" not in server.output()


def connected(server: ServerProcess) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=60)


def said(server: ServerProcess, sent: bytes) -> bytes:
    """All that is answered until the server closes."""
    with connected(server) as connection:
        connection.sendall(sent)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def get(path: str, *headers: str, version: str = "1.1") -> bytes:
    lines = [f"GET {path} HTTP/{version}", "Host: here", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode()


LIVE = "/-/health/live/"
ASKED = {
    "HTTP/1.0": (get(LIVE, version="1.0"), 204),
    "an address with a host": (get(f"http://here{LIVE}"), 204),
    "another host": (get("http://elsewhere.example/if/user/"), 303),
    "no path": (b"OPTIONS * HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n", 404),
    "a tunnel": (b"CONNECT here:1 HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n", 405),
    "a cookie of 64 kB": (get("/if/user/", f"Cookie: authentik_session={'x' * 65_536}"), 303),
    "a thousand sessions": (get("/if/user/", "Cookie: " + "; ".join(["authentik_session=x"] * 1_000)), 303),
    "two hundred headers": (get(LIVE, *["X: y"] * 200), 431),
    "a query of 100 kB": (get(f"{LIVE}?{'q' * 100_000}"), 414),
    "an address that is no text": (get("/if/flow/%00%ff/"), 404),
    "another protocol": (get(LIVE, "Upgrade: h2c"), 204),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
}
CHUNKED = f"{POST}Connection: close\r\nTransfer-Encoding: chunked\r\n"
SENT = {
    "chunks with a trailer": (f"{CHUNKED}Trailer: X\r\n\r\n2\r\n{{}}\r\n0\r\nX: y\r\n\r\n", 200),
    "a bad chunk": (f"{CHUNKED}\r\nzz\r\n{{}}\r\n0\r\n\r\n", 400),
    "a chunk of 10 MB": (f"{CHUNKED}\r\n{BIG:x}\r\n{'x' * BIG}\r\n0\r\n\r\n", 413),
    "10 MB": (f"{POST}Connection: close\r\nContent-Length: {BIG}\r\n\r\n{'x' * BIG}", 413),
    "two lengths": (f"{POST}Connection: close\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{{}} ", 400),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_client_that_asks_with(name: str, server: ServerProcess) -> None:
    sent, expected = ASKED[name]
    assert status(said(server, sent)) == expected


@pytest.mark.parametrize("name", SENT)
def test_a_client_that_sends(name: str, server: ServerProcess) -> None:
    """What is too long is read to its end, and thrown away: else the answer would never be seen."""
    sent, expected = SENT[name]
    assert status(said(server, sent.encode())) == expected


def test_a_client_that_waits_to_be_told_to_go_on_is_told(server: ServerProcess) -> None:
    with connected(server) as connection:
        connection.sendall(f"{POST}Expect: 100-continue\r\nConnection: close\r\nContent-Length: 2\r\n\r\n".encode())
        assert status(connection.recv(65_536)) == 100
        connection.sendall(b"{}")
        assert status(connection.recv(65_536)) == 200


def test_requests_that_do_not_wait_for_answers_get_each_its_own(server: ServerProcess) -> None:
    waiting = get(LIVE).replace(b"Connection: close\r\n", b"")
    assert said(server, waiting * 9 + get(LIVE)).count(b"HTTP/1.1 204") == 10


HALVES = {"a head": "GET / HT", "a body": f"{POST}Content-Length: 100\r\n\r\n{{"}


@pytest.mark.parametrize("half", HALVES)
def test_clients_that_never_finish_what_they_say_keep_nobody_else(half: str, server: ServerProcess) -> None:
    with ExitStack() as stack:
        for _ in range(SLOW):
            stack.enter_context(connected(server)).sendall(HALVES[half].encode())
        for path, expected in ((LIVE, 204), ("/-/health/ready/", 204), ("/if/user/", 303)):
            assert status(said(server, get(path))) == expected


async def test_a_hundred_answers_of_one_visitor_at_once_begin_one_run_to_its_end(server: ServerProcess) -> None:
    """One goes on; the others are told that it did, and nobody is made twice."""
    hello = await asyncio.to_thread(said, server, get("/api/v3/flows/executor/join/?query="))
    cookies = [line.split(b";")[0].decode() for line in hello.split(b"\r\nset-cookie: ")[1:]]
    csrf = next(one.partition("=")[2] for one in cookies if one.startswith("authentik_csrf="))
    body = json.dumps({"username": "one-of-many", "phone": "+4915123456713"})
    headers = f"Cookie: {'; '.join(cookies)}\r\nX-authentik-CSRF: {csrf}\r\nConnection: close\r\n"
    sent = f"{POST}{headers}Content-Length: {len(body)}\r\n\r\n{body}".encode()
    answers = await asyncio.gather(*(asyncio.to_thread(said, server, sent) for _ in range(100)))
    assert {status(answer) for answer in answers} <= {200, 409}
    assert rows(server, "SELECT count(*) AS number FROM users WHERE username = 'one-of-many'") == [{"number": 1}]
    [tried] = rows(server, "SELECT count(*) AS number FROM delivery")
    assert tried["number"] >= 1
