"""A forgotten password recovered, and an account left, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import PASSWORD, NewPage, read_code, sign_in
from tests.e2e.server import ServerProcess
from tests.e2e.test_second_factor_in_browser import join, make_recovery_codes, sign_out, type_code

NEW = "the password that came after"


@pytest.fixture(scope="module")
def demo(demo_on_each: ServerProcess) -> ServerProcess:
    return demo_on_each


def begin_recovery(page: Page, username: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Forgot").click()
    page.get_by_label("Username or email").fill(username)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("If this account can be recovered by text message")).to_be_visible()


def test_a_forgotten_password_is_recovered_with_a_message_and_a_recovery_code(new_page: NewPage) -> None:
    page = new_page()
    join(page, "rosa", "+49 1512 3450401")
    codes = make_recovery_codes(page)
    sign_out(page)
    begin_recovery(page, "rosa")
    type_code(page, read_code(page, "+49 1512 3450401"))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Recovery code").fill(codes[0])
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_label("New password, once more").fill("short")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("8 characters at least")).to_be_visible()
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_label("New password, once more").fill(NEW)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Signed in as rosa").first).to_be_visible()


def test_a_phone_alone_is_not_enough_and_an_unknown_name_reads_the_same(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)  # which counts seconds down on the page
    join(page, "rita", "+49 1512 3450402")
    sign_out(page)
    begin_recovery(page, "rita")
    known = words_of(page, "rita")
    type_code(page, read_code(page, "+49 1512 3450402"))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("you need a second authenticator beside your phone")).to_be_visible()

    stranger = new_page(java_script_enabled=False)
    begin_recovery(stranger, "nobody-at-all")
    assert words_of(stranger, "nobody-at-all") == known


def words_of(page: Page, username: str) -> str:
    """What is read there, but for the name that was typed, and seconds, which pass."""
    return re.sub(r"[0-9]+", "#", page.locator("main").inner_text().replace(username, ""))


def test_who_leaves_is_warned_asked_and_gone(new_page: NewPage) -> None:
    page = new_page()
    sign_in(page, "ines")
    page.goto("/if/flow/default-unenrollment-flow/")
    expect(page.get_by_text("This cannot be undone")).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Tick the box to go on.")).to_be_visible()
    page.get_by_label("Delete my account").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Your account is deleted")).to_be_visible()
    page.get_by_label("Username or email").fill("ines")
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Invalid password")).to_be_visible()
