"""My devices, errors, and the demo's handset."""

from datetime import timedelta

import pytest

from tests.unit.web.pages.html_tree import parse
from tests.unit.web.pages.samples import NOON, message, page
from watchword.web.pages.render import (
    AddLink,
    DeviceRow,
    render_devices,
    render_error,
    render_handset,
    render_messages,
)

PLAIN = DeviceRow(name="Phone", masked="+49 ••• ••13", hashed=False, added=NOON)
HASHED = DeviceRow(name="Work", masked="", hashed=True, added=NOON - timedelta(days=70), last_used=NOON)


def test_phones_are_listed_with_what_may_be_shown_of_them() -> None:
    tree = parse(render_devices(page(user="olivia"), [PLAIN, HASHED]))
    first, second = tree.one("ul", class_="devices").all("li")
    assert first.text == "Phone +49 ••• ••13 Added November 23, 2026, not used yet"
    assert second.text == "Work Number not kept Added September 14, 2026, last used November 23, 2026"
    assert first.one("span", class_="number").attrs["dir"] == "ltr"


def test_a_hashed_number_is_never_shown_even_where_a_mask_came_along() -> None:
    device = DeviceRow(name="Work", masked="+49 ••• ••99", hashed=True, added=NOON)
    assert "99" not in parse(render_devices(page(), [device])).one("main").text


def test_without_a_phone_the_page_says_what_one_is_for() -> None:
    tree = parse(render_devices(page(), [], [AddLink(label="Text message", url="/flows/-/configure/1/")]))
    assert "You have not added a device yet." in tree.one("main").text
    assert not tree.all("ul", class_="devices")


def test_each_way_to_add_a_phone_is_a_link() -> None:
    ways = [AddLink(label="Text message", url="/flows/-/configure/1/"), AddLink(label="Other", url="/x/?a=1&b=2")]
    tree = parse(render_devices(page(), [PLAIN], ways))
    links = tree.one("section").all("a")
    assert [(link.text, link.attrs["href"]) for link in links] == [(way.label, way.url) for way in ways]


def test_without_a_way_to_add_one_there_is_no_heading_for_it() -> None:
    assert not parse(render_devices(page(), [PLAIN])).all("section")


def test_success_is_told_first() -> None:
    tree = parse(render_devices(page(notices=("Your phone +49 ••• ••13 is enrolled.",)), [PLAIN]))
    texts = tree.one("main").text
    assert texts.startswith("Your phone +49 ••• ••13 is enrolled. Your devices")
    tree.one("div", role="status")


def test_signing_out_is_a_form() -> None:
    form = parse(render_devices(page(user="olivia", action="/if/user/sign-out"), [])).one("form")
    assert form.attrs == {"class": "sign-out", "method": "post", "action": "/if/user/sign-out"}
    assert form.one("button").text == "Sign out"


def test_dates_are_written_in_the_language_of_the_page() -> None:
    assert "23. November 2026" in parse(render_devices(page(locale="de-AT"), [PLAIN])).one("main").text


def test_an_error_has_a_sentence_a_number_and_a_way_on() -> None:
    tree = parse(render_error(page(action="/nope"), "Not Found", "There is nothing here.", "5f0c9be2", 404))
    assert tree.one("h1").text == "Not Found"
    assert "There is nothing here." in tree.one("main").text
    assert tree.one("code").text == "5f0c9be2"
    assert [(link.text, link.attrs["href"]) for link in tree.one("main").all("a")] == [("Back to start", "/")]


@pytest.mark.parametrize(
    ("action", "status", "again"),
    [
        ("/if/flow/enrol/", 500, True),
        ("/if/flow/enrol/", 403, True),
        ("/if/flow/enrol/", 404, False),
        ("/if/user/sign-out", 403, False),
        ("/elsewhere", 500, False),
    ],
)
def test_trying_again_is_offered_only_where_a_link_can_do_it(action: str, status: int, again: bool) -> None:
    tree = parse(render_error(page(action=action), "Title", "Sentence.", "id", status))
    assert [link.attrs["href"] for link in tree.one("main").all("a")] == ([action, "/"] if again else ["/"])


def test_an_error_without_a_number_shows_no_empty_one() -> None:
    assert not parse(render_error(page(), "Title", "Sentence.", "", 500)).all("code")


def test_the_handset_says_that_nothing_is_really_sent() -> None:
    tree = parse(render_handset(page(), [message()]))
    assert tree.one("p", class_="alert warning banner").text.startswith("Demo: nothing is really sent.")


def test_the_newest_message_is_on_top() -> None:
    later = message("Later", time=NOON + timedelta(minutes=1))
    for messages in ([message("Before"), later], [later, message("Before")]):
        tree = parse(render_handset(page(), messages))
        assert [bubble.text for bubble in tree.all("p", class_="bubble")] == ["Later", "Before"]


def test_a_message_has_its_sender_number_text_and_time() -> None:
    item = parse(render_messages([message()])).one("li")
    assert item.text == "Watchword Your code is 042917. @id.example.org #042917 to +4915123456713 12:00 UTC Copy code"
    assert item.one("time").attrs["datetime"] == NOON.isoformat()
    assert parse(render_messages([message(sender="")])).one("p", class_="from").text == "Unknown sender"


def test_copying_waits_for_its_script_and_is_offered_where_there_is_a_code() -> None:
    button = parse(render_messages([message()])).one("button")
    assert button.attrs["data-copy"] == "042917"
    assert "hidden" in button.attrs
    assert not parse(render_messages([message("Hello.", code="")])).all("button")


def test_the_list_alone_is_the_one_of_the_page() -> None:
    messages = [message(), message("Hello.", time=NOON - timedelta(hours=1))]
    assert render_messages(messages).split() == _inner(render_handset(page(), messages)).split()


def _inner(html: str) -> str:
    start = html.index("<ol")
    return html[start : html.index("</ol>") + len("</ol>")]


def test_messages_have_keys_of_their_own_so_that_the_script_can_tell_the_new_ones() -> None:
    messages = [message(), message(time=NOON + timedelta(seconds=1)), message(to="+447400123456")]
    keys = [item.attrs["data-key"] for item in parse(render_messages(messages)).all("li")]
    assert len(set(keys)) == 3


def test_without_a_script_the_handset_can_be_refreshed_and_new_messages_are_read_out_with_one() -> None:
    tree = parse(render_handset(page(action="/demo/handset/"), []))
    assert tree.by_id("refresh").attrs["href"] == "/demo/handset/"
    assert tree.by_id("messages").attrs["aria-live"] == "polite"
    assert tree.by_id("messages").attrs["data-source"] == "/demo/handset/messages"
