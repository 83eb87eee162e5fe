"""One device, its removal, and the list of sessions; the list of devices says which proof is the weaker."""

import pytest

from tests.unit.web.pages.html_tree import Node, parse
from tests.unit.web.pages.samples import NOON, page
from watchword.web.pages.render import (
    DeviceRow,
    SessionRow,
    render_device,
    render_devices,
    render_removal,
    render_sessions,
)
from watchword.web.pages.words import browser

URL = "/if/user/devices/sms/7/"
PHONE = DeviceRow(name="Mein Händy", url=URL, masked="+49 ••• ••13", hashed=False, added=NOON)
APP = DeviceRow(device_class="totp", name="App", url="/if/user/devices/totp/7/", masked="", hashed=False, added=NOON)
WEAKER = "Text messages are the weaker proof"


def links(tree: Node) -> dict[str, str]:
    return {link.text: link.attrs["href"] for link in tree.one("main").all("a")}


@pytest.mark.parametrize(("devices", "told"), [([PHONE], True), ([PHONE, APP], False), ([APP], False), ([], False)])
def test_who_has_a_phone_alone_is_told_that_it_is_the_weaker_proof(devices: list[DeviceRow], told: bool) -> None:
    assert (WEAKER in parse(render_devices(page(), devices)).one("main").text) is told


def test_each_device_leads_to_its_own_page_under_its_own_name() -> None:
    found = links(parse(render_devices(page(user="olivia"), [PHONE, APP])))
    assert found["Change Mein Händy"] == URL
    assert found["Change App"] == APP.url
    assert found["Your sessions"] == "/if/user/sessions/"


def test_a_locked_device_is_marked() -> None:
    locked = DeviceRow(name="App", device_class="totp", masked="", hashed=False, added=NOON, locked=True, failures=100)
    text = parse(render_devices(page(), [locked])).one("ul", class_="devices").text
    assert "Authenticator app" in text
    assert "Locked after too many wrong codes" in text


def test_a_device_can_be_renamed() -> None:
    tree = parse(render_device(page(action=f"{URL}rename", cancel_url="/if/user/"), PHONE))
    assert tree.one("form").attrs["action"] == f"{URL}rename"
    name = tree.by_id("name")
    assert {"name": "name", "value": "Mein Händy", "maxlength": "64"}.items() <= name.attrs.items()
    assert links(tree) == {"Remove this device": f"{URL}remove", "Back": "/if/user/"}


def test_what_is_wrong_with_a_name_stands_at_the_field() -> None:
    tree = parse(render_device(page(), PHONE, "A name has 1 to 64 characters."))
    assert tree.by_id("name").attrs["aria-invalid"] == "true"
    assert tree.by_id("name-error").text == "A name has 1 to 64 characters."
    assert "autofocus" in tree.by_id("name").attrs
    assert tree.one("title").text.startswith("Error: ")


def test_a_removal_is_asked_and_says_that_it_cannot_be_undone() -> None:
    tree = parse(render_removal(page(action=f"{URL}remove", cancel_url=URL), PHONE, last=False))
    assert tree.one("h1").text == "Remove Mein Händy?"
    assert "This cannot be undone" in tree.one("main").text
    assert not tree.all("input", type="checkbox")
    assert links(tree) == {"Keep it": URL}


def test_the_last_one_is_asked_about_twice() -> None:
    tree = parse(render_removal(page(), PHONE, last=True, problem="Tick the box to go on."))
    box = tree.by_id("last")
    assert box.attrs["aria-describedby"] == "last-error"
    assert {"required", "autofocus"} <= set(box.attrs)
    assert tree.by_id("last-error").text == "Tick the box to go on."
    assert tree.one("title").text.startswith("Error: ")


def test_sessions_can_be_ended_but_for_this_one() -> None:
    mine = SessionRow(id="1", browser="Firefox on Linux", address="192.0.2.1", since=NOON, last_seen=NOON, is_this=True)
    other = SessionRow(
        id="2", browser="Chrome on Android", address="2001:db8::1", since=NOON, last_seen=NOON, is_this=False
    )
    tree = parse(render_sessions(page(action="/if/user/sessions/end"), [mine, other]))
    first, second = tree.one("ul", class_="devices").all("li")
    assert "this one" in first.text
    assert not first.all("form")
    assert second.one("input", name="session").attrs["value"] == "2"
    assert second.one("button").text == "End Chrome on Android"
    assert len(tree.all("input", name="others")) == 1
    assert not parse(render_sessions(page(), [mine])).all("input", name="others")


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML) Chrome/156.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156 Safari/537.36 Edg/156", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14.5; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on a Mac"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Version/18 Safari/604.1", "Safari on an iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/156 Mobile Safari/537.36", "Chrome on Android"),
        ("OpenAPI-Generator/2026.8.5/python", "OpenAPI-Generator"),
        ("<script>", "<script>"),
        ("x" * 300, "x" * 40),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_called_what_its_owner_calls_it(user_agent: str, words: str) -> None:
    assert browser(user_agent) == words
