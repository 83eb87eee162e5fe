"""From an empty data directory: the printed link, a password, the guided set-up, and a phone enrolled through it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.doubles.gateway import GatewayDouble
from tests.e2e.browsing import NewPage
from tests.e2e.inbox import code_for, rows, sent_to
from tests.e2e.numbers import fresh_number
from tests.e2e.server import ServerProcess

PASSWORD = "chosen by the first one"
LINK = re.compile(r"http://127\.0\.0\.1:[0-9]+/if/start/([A-Za-z0-9_-]{43})/")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Not the demo: a server on a directory that is not even there."""
    server = ServerProcess(tmp_path_factory.mktemp("start") / "data", WATCHWORD_GATEWAY_TIMEOUT="2")
    yield server.start()
    assert server.stop() == 0, server.output()


def printed(server: ServerProcess) -> re.Match[str]:
    """The link of the latest start."""
    [*_, found] = LINK.finditer(server.output())
    return found


def choose(page: Page, password: str, again: str) -> None:
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_label("The same password again").fill(again)
    page.get_by_role("button", name="Continue").click()


def set_up(page: Page, double: GatewayDouble, number: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("What carries your messages?")
    page.get_by_label("Gateway").select_option("generic")
    page.get_by_label("External API URL").fill(f"{double.url}/send")
    page.get_by_label("Kind of authentication").select_option("bearer")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_text("Step 2 of 4")).to_be_visible()
    page.locator("summary", has_text="Limit the countries").click()
    page.get_by_label("Germany").check()
    page.get_by_role("button", name="Make the flow").click()
    expect(page.get_by_text("Step 3 of 4")).to_be_visible()
    page.get_by_label("Your phone number").fill(number)
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("status", name="Result")).to_contain_text("Sent to")
    page.get_by_role("link", name="It arrived: go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("It is set up")


def enrol(page: Page, double: GatewayDouble) -> str:
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Run the flow yourself").click()
    tab, number = opened.value, fresh_number()
    tab.get_by_label("Phone number").fill("+33 612345678")
    tab.get_by_role("button", name="Continue").click()
    expect(tab.get_by_text("Only numbers from Germany can be used here.")).to_be_visible()
    tab.get_by_label("Phone number").fill(number.replace("+49", "0"))
    tab.get_by_role("button", name="Continue").click()
    expect(tab.get_by_label("Code", exact=True)).to_be_visible()
    tab.get_by_label("Code", exact=True).press_sequentially(code_for(double, number))
    tab.get_by_role("button", name="Confirm").click()
    expect(tab.get_by_text("is enrolled.")).to_be_visible()
    return number


def test_from_nothing_to_an_enrolled_phone(new_page: NewPage, demo: ServerProcess, double: GatewayDouble) -> None:
    found, number = printed(demo), fresh_number()
    link, token = found[0], found[1]
    page, stranger = new_page(), new_page()
    stranger.goto("/")
    expect(stranger.get_by_role("note")).to_contain_text("This server has no administrator yet.")
    page.goto(link)
    choose(page, PASSWORD, "something else")
    expect(page.get_by_text("The two passwords differ.")).to_be_visible()
    choose(page, PASSWORD, PASSWORD)
    set_up(page, double, number)
    assert len(sent_to(double, number)) == 1
    enrolled = enrol(page, double)
    stranger.goto(link)
    expect(stranger.get_by_text("has an administrator already")).to_be_visible()
    stranger.goto("/")
    expect(stranger.get_by_role("note")).to_have_count(0)
    lines = [line for line in demo.output().splitlines() if token in line]
    assert lines == [f"  {link}"], "it stands in the banner, and in no line of the log"
    assert '"/if/start/***"' in demo.output()
    for table in ("event", "fact", "config_revision", "throttle"):
        stored = str(rows(demo, f"SELECT * FROM {table}"))  # noqa: S608 - our own tables
        assert token not in stored
        assert enrolled not in stored


def test_a_restart_prints_another_link_until_there_is_an_administrator(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data", WATCHWORD_USER_PASSWORD=PASSWORD)
    for number in (1, 2):
        server.start()
        assert server.stop() == 0
        assert len(set(LINK.findall(server.output()))) == number
    server.run("user", "create", "ada", "--superuser")
    server.start()
    assert server.stop() == 0
    assert len(LINK.findall(server.output())) == 2
