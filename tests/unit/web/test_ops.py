"""Health: alive while the process answers, ready while it can serve."""

import psycopg
import pytest
from sqlalchemy import make_url

from tests.postgres import empty_database, server_address
from tests.unit.web.client import Visitor
from tests.unit.web.conftest import OpenHouse
from tests.unit.web.house import House
from watchword.errors import DatabaseUnavailable
from watchword.storage.migrate import migrate

LIVE, READY = "/-/health/live/", "/-/health/ready/"


async def test_a_server_that_can_serve_is_alive_and_ready(owner: Visitor, stranger: Visitor) -> None:
    for visitor in (owner, stranger):
        for target in (LIVE, READY, LIVE.rstrip("/")):
            answer = await visitor.get(target)
            assert (answer.status, answer.body, answer.cookies) == (204, b"", {})


async def test_without_its_database_it_is_alive_and_not_ready(
    house: House, stranger: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise DatabaseUnavailable

    monkeypatch.setattr(house.services.database, "read", away)
    answer = await stranger.get(READY)
    assert (answer.status, answer.header("retry-after")) == (503, "5")
    assert answer.json["detail"].startswith("Watchword's database cannot be reached")
    assert (await stranger.get(LIVE)).status == 204


async def test_a_database_that_goes_away_is_noticed(opened: OpenHouse) -> None:
    with empty_database() as url:
        migrate(url)
        async with opened(database_url=url, secret_key="a secret key for the tests of health") as house:
            assert (await house.visitor().get(READY)).status == 204
            shut(str(make_url(url).database))
            answer = await house.visitor().get(READY)
            assert (answer.status, answer.header("retry-after")) == (503, "5")
            assert (await house.visitor().get(LIVE)).status == 204
            assert (await house.visitor().get("/if/user/", cookie="authentik_session=x")).status == 503


def shut(name: str) -> None:
    with psycopg.connect(server_address(), autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
