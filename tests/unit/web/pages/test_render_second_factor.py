"""The second factor: choosing one, giving one, setting one up."""

import base64
import re
from urllib.parse import unquote

import pytest

from tests.unit.web.pages.html_tree import Node, parse
from tests.unit.web.pages.samples import (
    Challenge,
    chosen,
    device,
    errors,
    page,
    recovery_codes,
    totp_setup,
    validation,
)
from watchword.web.pages.markup import qr
from watchword.web.pages.render import render_challenge

ALL = (device(masked_number="+49 ••• ••13"), device("totp", "7"), device("static", "9"))


def shown(asked: Challenge) -> Node:
    return parse(render_challenge(asked, page()))


def test_each_way_is_a_button_with_what_its_owner_knows_it_by() -> None:
    buttons = shown(validation(*ALL)).all("button", name="selected_challenge")
    assert [(button.attrs["value"], button.text) for button in buttons] == [
        ("sms:1", "Text message +49 ••• ••13"),
        ("totp:7", "Authenticator app"),
        ("static:9", "Recovery code"),
    ]


def test_who_it_is_about_is_shown_with_a_way_out() -> None:
    tree = shown(validation(*ALL))
    assert "olivia" in tree.one("main").text
    assert "Not you?" in [link.text for link in tree.all("a")]


def test_what_can_be_set_up_is_a_button_each() -> None:
    stages = [{"pk": "pk-1", "name": "My phone"}, {"pk": "pk-2", "name": "My app"}]
    buttons = shown(validation(configuration_stages=stages)).all("button", name="selected_stage")
    assert [(button.attrs["value"], button.text) for button in buttons] == [("pk-1", "My phone"), ("pk-2", "My app")]


def test_a_sent_code_is_asked_for_as_at_enrolment() -> None:
    tree = shown(chosen("sms", resend_after=28))
    code = tree.by_id("code")
    wanted = {"name": "code", "type": "text", "inputmode": "numeric", "autocomplete": "one-time-code"}
    assert wanted.items() <= code.attrs.items()
    assert "We sent a code to +49 ••• ••13." in tree.one("main").text
    assert tree.one("button", name="resend").attrs["data-wait"] == "28"


def test_a_code_that_could_not_be_sent_can_be_asked_for() -> None:
    wrong = errors(non_field_errors="The message could not be sent. Please try again in a moment.")
    tree = shown(chosen("sms", code_sent=False, response_errors=wrong))
    assert "The message could not be sent." in tree.by_id("form-error").text
    assert tree.one("button", name="resend").text == "Send code"
    assert [node for node in tree if node.attrs.get("id") == "code"] == []


@pytest.mark.parametrize(
    ("device_class", "label", "autocomplete"), [("totp", "Code", "one-time-code"), ("static", "Recovery code", "off")]
)
def test_codes_that_are_not_sent_are_asked_for_without_a_countdown(
    device_class: str, label: str, autocomplete: str
) -> None:
    tree = shown(chosen(device_class))
    assert tree.one("label").text == label
    assert tree.by_id("code").attrs["autocomplete"] == autocomplete
    assert not tree.all("button", name="resend")
    assert not tree.all("script", type="module")[1:]


@pytest.mark.parametrize("device_class", ["sms", "totp", "static"])
def test_a_wrong_code_is_told_at_the_field(device_class: str) -> None:
    tree = shown(chosen(device_class, response_errors=errors(code="Invalid code")))
    assert tree.by_id("code").attrs["aria-invalid"] == "true"
    assert tree.by_id("code-error").text == "Invalid code"


@pytest.mark.parametrize(("others", "offered"), [((), 0), (ALL[1:], 1)])
def test_another_way_is_offered_where_there_is_one(others: tuple[Challenge, ...], offered: int) -> None:
    assert len(shown(chosen("sms", *others)).all("button", name="change_device")) == offered


def test_a_secret_is_shown_as_a_picture_and_for_typing() -> None:
    asked = totp_setup()
    tree = shown(asked)
    picture = next(node for node in tree.all("img") if node.attrs["src"].startswith("data:"))
    assert picture.attrs["src"] == qr(asked["config_url"])
    assert picture.attrs["alt"]
    assert tree.one("code").text == "JBSW Y3DP EHPK 3PXP"
    assert asked["config_url"] in [link.attrs["href"] for link in tree.all("a")]


def test_the_picture_is_dark_on_light_and_nothing_but_a_drawing() -> None:
    address = qr("otpauth://totp/x?secret=JBSWY3DPEHPK3PXP")
    kind, _, drawing = address.partition(",")
    assert kind.startswith("data:image/svg+xml")
    plain = base64.b64decode(drawing).decode() if kind.endswith("base64") else unquote(drawing)
    assert re.search(r"stroke=.#000", plain)
    assert "<script" not in plain
    assert "JBSWY3DPEHPK3PXP" not in plain


def test_recovery_codes_are_a_list_to_print_and_to_confirm() -> None:
    tree = shown(recovery_codes("abcd-efgh-jkmn", "pqrs-tuvw-xyz2"))
    assert [item.text for item in tree.one("ol").all("li")] == ["abcd-efgh-jkmn", "pqrs-tuvw-xyz2"]
    assert "hidden" in next(node for node in tree.all("button") if node.text == "Print").attrs
    assert tree.one("button", type="submit").text == "I have kept them"
    assert "They are shown this once." in tree.one("main").text
