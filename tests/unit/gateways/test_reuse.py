"""A connection that the gateway closed: the message goes by another, once. Real sockets."""

import socket
import threading
from collections.abc import Iterator

import pytest

from watchword.gateways.errors import SendError
from watchword.gateways.http import HttpClient

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Closing:
    """A server that answers one request by each connection, keeps it open, and closes it when it is told to."""

    def __init__(self, *, reads_a_second: bool = False) -> None:
        self.requests: list[bytes] = []
        self._reads_a_second = reads_a_second
        self._told = threading.Event()
        self._closed = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def closes(self) -> None:
        """Returns when it has. Whoever calls this in the event loop keeps it from seeing so."""
        self._told.set()
        assert self._closed.wait(10)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection:
                self._answer(connection)
                if self._reads_a_second:
                    self.requests.append(connection.recv(65_536))
                elif len(self.requests) == 1:
                    self._told.wait(10)
                    connection.shutdown(socket.SHUT_RDWR)
            self._closed.set()

    def _answer(self, connection: socket.socket) -> None:
        self.requests.append(connection.recv(65_536))
        connection.sendall(ANSWER)

    def end(self) -> None:
        self._told.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)


@pytest.fixture
def closing() -> Iterator[Closing]:
    server = Closing()
    yield server
    server.end()


@pytest.fixture
def dying() -> Iterator[Closing]:
    server = Closing(reads_a_second=True)
    yield server
    server.end()


async def post(client: HttpClient, url: str) -> int:
    return (await client.post(url, headers={}, body=b"{}")).status


async def test_a_connection_that_was_closed_is_not_used_though_the_event_loop_has_not_heard_of_it(
    closing: Closing,
) -> None:
    client = HttpClient(timeout=5)
    await client.start()
    assert await post(client, closing.url) == 200
    closing.closes()
    assert await post(client, closing.url) == 200
    await client.close()
    assert len(closing.requests) == 2


async def test_security_what_was_sent_is_not_sent_again_where_the_connection_breaks(dying: Closing) -> None:
    """It read the second message, and hung up: whether it took it nobody knows."""
    client = HttpClient(timeout=5)
    await client.start()
    assert await post(client, dying.url) == 200
    with pytest.raises(SendError) as failed:
        await post(client, dying.url)
    assert failed.value.category == "network"
    await client.close()
    assert len(dying.requests) == 2
