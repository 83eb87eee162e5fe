"""The client that is made when somebody first asks for something is the client that always was."""

import asyncio
import ssl

import pytest

from tests.doubles.gateway import GatewayDouble
from watchword.gateways import http, http_later
from watchword.gateways.errors import SendError
from watchword.gateways.http import HttpClient
from watchword.gateways.http_later import LaterClient


class Counted(HttpClient):
    """Tells how many were made, and whether they are open."""

    made = 0
    open = 0

    def __init__(self, *, timeout: float) -> None:
        super().__init__(timeout=timeout)
        Counted.made += 1

    async def start(self) -> None:
        await super().start()
        Counted.open += 1

    async def close(self) -> None:
        await super().close()
        Counted.open -= 1


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "HttpClient", Counted)
    Counted.made = Counted.open = 0


async def test_nothing_is_made_for_nobody() -> None:
    client = LaterClient(timeout=5.0)
    await client.close()
    with pytest.raises(RuntimeError, match="closed"):
        await client.ask("GET", "http://127.0.0.1:1/", headers={})
    assert Counted.made == 0


async def test_it_asks_posts_and_is_closed(double: GatewayDouble) -> None:
    client = LaterClient(timeout=5.0)
    posted = await client.post(f"{double.url}/send", headers={"content-type": "text/plain"}, body=b"hello")
    asked = await client.ask("GET", f"{double.url}/send", headers={})
    assert posted.status == asked.status == 200
    assert [request.method for request in double.requests] == ["POST", "GET"]
    assert (Counted.made, Counted.open) == (1, 1)
    await client.close()
    assert Counted.open == 0


async def test_many_who_ask_first_share_one(double: GatewayDouble) -> None:
    client = LaterClient(timeout=5.0)
    await asyncio.gather(*(client.ask("GET", f"{double.url}/send", headers={}) for _ in range(20)))
    assert len(double.requests) == 20
    assert Counted.made == 1
    await client.close()


async def test_one_that_is_given_up_while_it_is_made_leaves_it_to_the_next(double: GatewayDouble) -> None:
    client = LaterClient(timeout=5.0)
    hasty = asyncio.create_task(client.ask("GET", f"{double.url}/send", headers={}))
    await asyncio.sleep(0)
    hasty.cancel()
    await asyncio.wait([hasty])
    assert (await client.ask("GET", f"{double.url}/send", headers={})).status == 200
    assert Counted.open == 1
    await client.close()


async def test_its_time_limit_is_the_one_it_was_given(double: GatewayDouble) -> None:
    client = LaterClient(timeout=0.3)
    double.behave("stall")
    with pytest.raises(SendError) as failed:
        await client.post(f"{double.url}/send", headers={}, body=b"")
    assert "did not answer in time" in failed.value.detail
    await client.close()


def test_the_certificates_of_the_system_are_not_read_before_there_is_a_client() -> None:
    """They are most of what the first message costs, so nothing here may make a context of its own."""
    assert not [name for name, value in vars(http_later).items() if isinstance(value, ssl.SSLContext)]
