"""While the database is away, visitors and clients are told so; when it is back, everything goes on by itself."""

import json
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.own_postgres import OwnPostgres, own_postgres
from tests.people import OWNER
from tests.unit.web.client import Visitor, executor
from tests.unit.web.conftest import OpenHouse
from tests.unit.web.house import House
from watchword.bootstrap import bootstrap
from watchword.settings import load
from watchword.storage.database import open_database
from watchword.storage.migrate import migrate

HTML = {"accept": "text/html,*/*"}
KEY = "a secret key for tests of a database that goes away"


@pytest.fixture(scope="module")
def postgres() -> Iterator[OwnPostgres]:
    with own_postgres() as server:
        yield server


@pytest.fixture
async def house(postgres: OwnPostgres, opened: OpenHouse) -> AsyncIterator[House]:
    """The demo, on a server that can be stopped."""
    url = postgres.new_database()
    migrate(url)
    settings = load({"WATCHWORD_DATABASE_URL": url, "WATCHWORD_SECRET_KEY": KEY})
    database = open_database(url)
    await bootstrap(settings, database, demo=True)
    await database.close()
    async with opened(database_url=url, secret_key=KEY, database_timeout="2") as house:
        yield house


async def demo_user(house: House) -> Visitor:
    visitor, slug = house.visitor(), "default-authentication-flow"
    await visitor.answer(slug, uid_field="demo")
    end = await visitor.answer(slug, password="watchword demo")
    assert end["component"] == "xak-flow-redirect", end
    return visitor


async def test_everybody_is_told_and_may_come_again_when_it_is_back(house: House, postgres: OwnPostgres) -> None:
    visitor, stranger = await demo_user(house), house.visitor()
    postgres.stop("immediate")
    try:
        for page in ("/if/user/", "/if/flow/default-authentication-flow/", "/if/admin/"):
            await _told_as_a_page(visitor, page)
        await _told_as_a_page(stranger, "/if/flow/default-authentication-flow/")
        for address in (executor("default-authentication-flow"), "/api/v3/core/users/me/", "/-/health/ready/"):
            await _told_as_json(visitor, address)
        await _told_as_json(stranger, executor("default-authentication-flow"))
        assert (await stranger.get("/-/health/live/")).status == 204
    finally:
        postgres.start()
    assert (await stranger.get("/-/health/ready/")).status == 204
    assert (await visitor.get("/if/user/")).status == 200, "he is still signed in"


async def _told_as_a_page(who: Visitor, page: str) -> None:
    answer = await who.get(page, **HTML)
    assert (answer.status, answer.header("retry-after")) == (503, "5"), (page, answer)
    assert answer.header("content-type").startswith("text/html")
    assert "Watchword&#39;s database cannot be reached right now. Please try again in a moment." in answer.text
    assert 'rel="stylesheet"' in answer.text, "it looks like every other page"
    assert "127.0.0.1" not in answer.text


async def _told_as_json(who: Visitor, address: str) -> None:
    answer = await who.get(address, accept="application/json")
    assert (answer.status, answer.header("retry-after")) == (503, "5"), (address, answer)
    assert "cannot be reached right now" in (answer.json.get("detail") or answer.json["error"])
    assert answer.json["request_id"]


async def test_a_step_that_found_it_away_is_not_half_done(house: House, postgres: OwnPostgres) -> None:
    visitor, slug = await demo_user(house), "sms-enrollment-direct"
    asked = await visitor.see(slug)
    assert asked["phone_number_required"] is True
    before = await house.rows("SELECT id, version FROM execution")
    postgres.stop("immediate")
    refused = await visitor.post(slug, json.dumps({"phone_number": OWNER.number}).encode())
    assert (refused.status, refused.header("retry-after")) == (503, "5")
    assert house.services.sender.inbox(OWNER.number) == []
    postgres.start()
    assert await house.rows("SELECT id, version FROM execution") == before
    for table in ("sms_device", "delivery", "code"):
        assert await house.rows(f"SELECT 1 FROM {table}") == []  # noqa: S608 - names of ours
    assert (await visitor.answer(slug, phone_number=OWNER.number))["phone_number_required"] is False
    assert len(house.services.sender.inbox(OWNER.number)) == 1


async def test_a_restart_between_two_requests_is_not_noticed(house: House, postgres: OwnPostgres) -> None:
    visitor = await demo_user(house)
    for mode in ("fast", "immediate"):
        postgres.restart(mode)
        assert (await visitor.get("/if/user/")).status == 200
