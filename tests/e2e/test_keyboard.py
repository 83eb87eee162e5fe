"""Second factors, devices and sessions with the keyboard alone: no click, no script that fills a field."""

from playwright.sync_api import expect

from tests.e2e.browsing import PASSWORD, NewPage, read_code
from tests.e2e.keyboard import Keyboard, sign_in


def test_second_factors_and_devices_by_keyboard_alone(new_page: NewPage) -> None:
    keys, number = Keyboard(new_page()), "+49 1512 3450501"
    page = keys.page
    sign_in(keys, "jana", PASSWORD)
    keys.press("link", "Phone, with a country picker")
    keys.give("Phone number", number)
    keys.send()
    expect(page.get_by_label("Code", exact=True)).to_be_focused()
    page.keyboard.type(read_code(page, number))
    keys.send()
    expect(page.get_by_text("is enrolled.")).to_be_visible()

    keys.press("link", "Recovery codes")
    expect(page.locator(".recovery-codes code")).to_have_count(10)
    codes = page.locator(".recovery-codes code").all_inner_texts()
    keys.press("button", "I have kept them", key="Space")
    expect(page.get_by_text("Your new recovery codes are set up.")).to_be_visible()

    keys.press("button", "Sign out")
    expect(page.get_by_label("Username or email")).to_be_visible()
    sign_in(keys, "jana", PASSWORD)
    expect(page.get_by_text("How do you want to prove")).to_be_visible()
    keys.press("button", "Recovery code")
    expect(page.get_by_label("Recovery code")).to_be_focused()
    page.keyboard.type(codes[0])
    keys.send()
    expect(page.get_by_role("heading", name="Your devices")).to_be_visible()

    keys.press("link", "Change SMS Device")
    keys.give("Name", "My phone")
    keys.send()
    expect(page.get_by_text("The new name is saved.")).to_be_visible()
    keys.press("link", "Change My phone")
    keys.press("link", "Remove this device")
    keys.press("button", "Remove")
    expect(page.get_by_text("My phone is removed.")).to_be_visible()


def test_sessions_are_ended_by_keyboard_alone(new_page: NewPage) -> None:
    keys, elsewhere = Keyboard(new_page()), Keyboard(new_page())
    for one in (elsewhere, keys):
        sign_in(one, "kurt", PASSWORD)
        expect(one.page.get_by_role("heading", name="Your devices")).to_be_visible()
    keys.press("link", "Your sessions")
    keys.press("button", "End all others", key="Space")
    expect(keys.page.locator("ul.devices").first.locator("li")).to_have_count(1)
    elsewhere.page.goto("/if/user/")
    expect(elsewhere.page.get_by_label("Username or email")).to_be_visible()
