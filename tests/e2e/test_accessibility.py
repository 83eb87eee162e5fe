"""axe-core on the real pages with something in each, in the pairs of width and scheme that the samples have not."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.accessibility.axe import bring_axe, violations
from tests.doubles.gateway import GatewayDouble
from tests.e2e.api_server import TOKEN
from tests.e2e.browsing import NewPage, sign_in
from tests.e2e.conftest import make_server
from tests.e2e.crawling import crawl
from tests.e2e.inbox import code_for
from tests.e2e.json_client import JsonClient
from tests.e2e.numbers import fresh_number
from tests.e2e.server import ServerProcess
from tests.people import OWNER
from watchword.web.pages.navigation import CONSOLE_PARTS

ADMIN, PASSWORD = "akadmin", "a password for the administrator"

SCREENS = ((360, 740, "light"), (1440, 900, "dark"))

TOO_WIDE = "() => document.documentElement.scrollWidth > innerWidth"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, shared_double: GatewayDouble) -> Iterator[ServerProcess]:
    """The demo, with whatever the other tests configure, a phone of the owner's, and a message that was not sent."""
    data = tmp_path_factory.mktemp("accessibility") / "data"
    settings = {"WATCHWORD_BOOTSTRAP_PASSWORD": PASSWORD, "WATCHWORD_BOOTSTRAP_TOKEN": TOKEN}
    server = make_server(data, shared_double, "--demo", **settings).start()
    enrol(JsonClient(server.url).sign_in(OWNER.username, OWNER.password), shared_double)
    yield server
    assert server.stop() == 0, server.output()


def enrol(owner: JsonClient, double: GatewayDouble) -> None:
    double.reset()
    number = fresh_number()
    owner.answer("direct", phone_number=number)
    owner.answer("direct", code=code_for(double, number))
    double.behave("status", 500, b"down")
    owner.answer("direct", phone_number=fresh_number())
    double.reset()


def look(page: Page) -> list[str]:
    """What is wrong with the page that is open, on each screen."""
    found = []
    for width, height, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of Playwright's own names
        found += [f"{width} {scheme}: {wrong}" for wrong in violations(page)]
        if page.evaluate(TOO_WIDE):
            found.append(f"{width} {scheme}: wider than the screen")
    return found


def opened(new_page: NewPage) -> Page:
    page = new_page(reduced_motion="reduce")
    bring_axe(page.context)
    return page


def signed_in(new_page: NewPage) -> Page:
    page = opened(new_page)
    sign_in(page, ADMIN, PASSWORD)
    return page


def test_axe_finds_nothing_on_any_page_that_an_administrator_can_reach(new_page: NewPage, demo: ServerProcess) -> None:
    page, found = signed_in(new_page), list[str]()
    start = ("/if/admin/", "/if/user/", "/api/v3/", "/demo/handset/")
    seen = crawl(page, demo.url, start, lambda kind: found.extend(f"{kind}: {wrong}" for wrong in look(page)))
    assert {entry.url for part in CONSOLE_PARTS for entry in part.entries} < seen
    assert {"/if/admin/stages/*/edit/", "/if/admin/history/*/", "/if/user/sessions/", "/api/v3/?section"} < seen
    assert found == [], "\n".join(found)


def flows(server: ServerProcess) -> list[dict[str, Any]]:
    answer = JsonClient(server.url).request(
        "GET", "/api/v3/flows/instances/?page_size=100", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    return list(json.loads(answer.body)["results"])


def test_axe_finds_nothing_on_the_first_page_of_any_flow(new_page: NewPage, demo: ServerProcess) -> None:
    known, stranger, found = signed_in(new_page), opened(new_page), list[str]()
    every = flows(demo)
    assert len(every) > 10
    for flow in sorted(every, key=lambda flow: flow["designation"] == "invalidation"):
        page = known if flow["authentication"] == "require_authenticated" else stranger
        page.goto(f"/if/flow/{flow['slug']}/")
        found += [f"{flow['slug']}: {wrong}" for wrong in look(page)]
    assert found == [], "\n".join(found)
