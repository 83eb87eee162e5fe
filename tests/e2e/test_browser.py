"""The main job in a real browser, against the demo: with and without JavaScript, by mouse and by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.browsing import PASSWORD, NewPage, read_code, sign_in
from tests.e2e.server import ServerProcess


@pytest.fixture(scope="module")
def demo(demo_on_each: ServerProcess) -> ServerProcess:
    return demo_on_each


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_phone_is_enrolled_through_a_prompt_stage(new_page: NewPage, script: bool) -> None:
    number = "+49 1512 3456701" if script else "+49 1512 3456702"
    page = new_page(java_script_enabled=script)
    sign_in(page, "anna" if script else "ben")
    page.get_by_role("link", name="Phone, by text message").click()
    expect(page.get_by_role("heading", name="Add your phone")).to_be_visible()
    page.get_by_label("Phone number").fill("0151 234567")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Write the number with its country code")).to_be_visible()
    expect(page.get_by_label("Phone number")).to_have_value("0151 234567")
    page.get_by_label("Phone number").fill(number)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text(f"+49 ••• ••{number[-2:]}")).to_be_visible()
    field = page.get_by_label("Code", exact=True)
    assert field.get_attribute("autocomplete") == "one-time-code"
    assert field.get_attribute("inputmode") == "numeric"
    code = read_code(page, number)
    field.press_sequentially(f"{(int(code) + 1) % 1_000_000:06d}")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Code does not match")).to_be_visible()
    page.get_by_label("Code", exact=True).press_sequentially(code)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text(f"Your phone +49 ••• ••{number[-2:]} is enrolled.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("is enrolled")).to_have_count(0)
    expect(page.get_by_text(f"+49 ••• ••{number[-2:]}")).to_be_visible()


def test_the_sms_stage_asks_with_a_country_picker(new_page: NewPage) -> None:
    page = new_page()
    sign_in(page, "carla")
    page.get_by_role("link", name="Phone, with a country picker").click()
    expect(page.get_by_label("Country")).to_have_value("DE")
    page.get_by_label("Country").select_option("GB")
    page.get_by_label("Phone number").fill("07400 123456")
    page.get_by_role("button", name="Send code").click()
    expect(page.get_by_text("+44 ••• ••56")).to_be_visible()
    page.get_by_role("button", name="Change number").click()
    page.get_by_label("Phone number").fill("+49 1512 3456703")
    page.get_by_role("button", name="Send code").click()
    expect(page.get_by_text("+49 ••• ••03")).to_be_visible()
    page.get_by_label("Code", exact=True).fill(read_code(page, "03"))
    expect(page.get_by_text("Your phone +49 ••• ••03 is enrolled.")).to_be_visible()


def test_it_can_be_done_by_keyboard_alone(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/")
    page.keyboard.type("frida")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Phone, verified and not kept").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Phone number")).to_be_focused()
    page.keyboard.type("01512 3456704")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code", exact=True)).to_be_focused()
    page.keyboard.type(read_code(page, "04"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("is enrolled.")).to_be_visible()
    expect(page.get_by_text("Number not kept")).to_be_visible()


def test_the_resend_button_counts_down(new_page: NewPage) -> None:
    page = new_page()
    sign_in(page, "david")
    page.get_by_role("link", name="Phone, with a country picker").click()
    page.get_by_label("Phone number").fill("01512 3456705")
    page.get_by_role("button", name="Send code").click()
    button = page.get_by_role("button", name=re.compile(r"Send a new code \(0:[12][0-9]\)"))
    expect(button).to_be_disabled()
    first = button.inner_text()
    expect(button).not_to_have_text(first, timeout=3000)


def test_an_old_tab_is_led_to_the_present_step(new_page: NewPage) -> None:
    page = new_page()
    sign_in(page, "emil")
    page.goto("/if/flow/default-sms-enrollment/")
    old = page.context.new_page()
    old.goto("/if/flow/default-sms-enrollment/")
    page.get_by_label("Phone number").fill("+49 1512 3456706")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("+49 ••• ••06")).to_be_visible()
    old.get_by_label("Phone number").fill("+49 1512 3456707")
    old.get_by_role("button", name="Continue").click()
    expect(old.get_by_text("+49 ••• ••06")).to_be_visible()


def test_a_stranger_is_asked_to_sign_in_and_led_back(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/if/flow/default-sms-enrollment/")
    page.get_by_label("Username or email").fill("nobody")
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Invalid password")).to_be_visible()
    page.get_by_role("link", name="Not you?").click()
    page.goto("/if/flow/default-sms-enrollment/")
    page.get_by_label("Username or email").fill("gina")
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Add your phone")).to_be_visible()


def test_signing_out_ends_the_session(new_page: NewPage) -> None:
    page = new_page()
    sign_in(page, "hugo")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Username or email")).to_be_visible()
    page.goto("/if/user/")
    expect(page.get_by_label("Username or email")).to_be_visible()


def test_unknown_pages_say_so(new_page: NewPage, demo: ServerProcess) -> None:
    page = new_page()
    answer = page.goto("/if/flow/no-such-flow/")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_text("There is no such flow.")).to_be_visible()


def test_the_demo_prints_where_to_go(demo: ServerProcess) -> None:
    said = demo.output()
    for part in (f"{demo.url}/", "demo", PASSWORD, f"{demo.url}/demo/handset/"):
        assert part in said
    assert "Traceback" not in said
