"""Parts of the site are learnt when they are first asked for, and nobody can tell."""

import asyncio
from collections.abc import Sequence

import pytest
from litestar import Litestar, Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from tests.unit.web.client import Visitor
from watchword.app import bare_app
from watchword.web.areas import AREAS
from watchword.web.site import Area, Site


@get("/")
async def front() -> Response[str]:
    return Response("front")


@get("/back/room/{name:str}/")
async def room(name: FromPath[str]) -> Response[str]:
    return Response(f"room {name}")


@post("/back/room/{name:str}/")
async def enter(name: FromPath[str]) -> Response[str]:
    return Response(f"entered {name}")


@get("/back/door/")
async def door() -> Response[str]:
    return Response("door")


class Back:
    """An area that counts how often it is fetched; the first `failures` times it cannot be."""

    def __init__(self, failures: int = 0) -> None:
        self.fetched = 0
        self._failures = failures

    def handlers(self) -> Sequence[ControllerRouterHandler]:
        self.fetched += 1
        if self.fetched <= self._failures:
            raise ImportError("not now")
        return [room, enter]

    def site(self) -> Site:
        site = Site(
            areas=[Area("/back/", self.handlers, but=("/back/door/",))], openapi_config=None, logging_config=None
        )
        site.take([front, door])
        return site


async def test_an_area_is_fetched_once_and_not_before_it_is_asked_for() -> None:
    back = Back()
    visitor = Visitor(back.site())
    for path in ("/", "/back/door/", "/back/door", "/backroom/", "/nowhere/"):
        await visitor.get(path)
    assert back.fetched == 0
    assert (await visitor.get("/back/room/7/")).text == "room 7"
    assert (await visitor.get("/back/room/8/")).text == "room 8"
    assert (await visitor.get("/")).text == "front"
    assert back.fetched == 1


@pytest.mark.parametrize("path", ["/back/room/7", "//back/room/7/", "/back//room/7/"])
async def test_every_way_to_write_an_address_that_is_understood_later_is_understood_the_first_time(path: str) -> None:
    visitor = Visitor(Back().site())
    first = await visitor.get(path)
    again = await visitor.get(path)
    assert (first.status, first.text) == (again.status, again.text) == (200, "room 7")


async def test_many_may_ask_first() -> None:
    back = Back()
    site = back.site()
    answers = await asyncio.gather(*(Visitor(site).get(f"/back/room/{number}/") for number in range(50)))
    assert [answer.text for answer in answers] == [f"room {number}" for number in range(50)]
    assert back.fetched == 1


async def test_whoever_goes_away_while_it_is_fetched_spoils_it_for_nobody() -> None:
    site = Back().site()
    gone = asyncio.create_task(Visitor(site).get("/back/room/1/"))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait([gone])
    assert gone.cancelled()
    assert (await Visitor(site).get("/back/room/2/")).text == "room 2"


async def test_what_could_not_be_fetched_is_fetched_the_next_time() -> None:
    back = Back(failures=1)
    visitor = Visitor(back.site())
    with pytest.raises(ImportError):
        await visitor.get("/back/room/1/")
    assert (await visitor.get("/back/room/1/")).text == "room 1"


async def test_what_does_not_exist_there_or_not_by_that_method_is_said_as_always() -> None:
    visitor = Visitor(Back().site())
    assert (await visitor.get("/back/nothing/")).status == 404
    refused = await visitor.request("DELETE", "/back/room/1/")
    assert refused.status == 405
    assert set(refused.header("allow").split(", ")) == {"GET", "OPTIONS", "POST"}


def addresses(site: Litestar) -> set[str]:
    return {route.path for route in site.routes}


def test_no_address_of_an_area_is_there_before_and_all_are_in_it_after() -> None:
    """Else the first to ask for it would be told that there is nothing."""
    for area in AREAS:
        site = bare_app()
        assert isinstance(site, Site)
        before = addresses(site)
        assert not [path for path in before if area.has(path)]
        site.take(area.handlers())
        added = addresses(site) - before
        assert len(added) > 50
        assert [path for path in added if not area.has(path)] == []


def test_the_flow_executor_is_there_from_the_start() -> None:
    assert "/api/v3/flows/executor/{flow_slug:str}" in addresses(bare_app())
