"""Joining with a phone, setting up an app and recovery codes, and signing in with each, in a real browser."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import NewPage, read_code
from tests.e2e.server import ServerProcess

PASSWORD = "a password for joining"


@pytest.fixture(scope="module")
def demo(demo_on_each: ServerProcess) -> ServerProcess:
    return demo_on_each


def join(page: Page, username: str, number: str) -> None:
    page.goto("/if/flow/default-enrollment-flow/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Phone number").fill(number)
    page.get_by_role("button", name="Continue").click()
    type_code(page, read_code(page, number))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text(f"Signed in as {username}").first).to_be_visible()


def type_code(page: Page, code: str) -> None:
    """Key by key: a code that appears all at once is taken for autofill, and sent."""
    page.get_by_label("Code").press_sequentially(code)


def set_up_app(page: Page) -> pyotp.TOTP:
    page.goto("/if/flow/default-authenticator-totp-setup/")
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    page.get_by_text("Cannot scan it?").click()
    app = pyotp.TOTP(page.locator("code.secret").inner_text().replace(" ", ""))
    type_code(page, app.now())
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Your authenticator app is set up.")).to_be_visible()
    return app


def make_recovery_codes(page: Page) -> list[str]:
    page.goto("/if/flow/default-authenticator-static-setup/")
    codes = page.locator(".recovery-codes code").all_inner_texts()
    page.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_text("Your new recovery codes are set up.")).to_be_visible()
    return codes


def sign_out(page: Page) -> None:
    page.goto("/if/flow/default-invalidation-flow/")
    expect(page.get_by_label("Username or email")).to_be_visible()


def to_second_factor(page: Page, username: str, password: str = PASSWORD) -> None:
    page.goto("/if/flow/sign-in-with-second-factor/")
    page.get_by_label("Username or email").fill(username)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()


def test_everybody_signs_in_with_what_he_has(new_page: NewPage) -> None:
    page = new_page()
    join(page, "nina", "+49 1512 3450101")
    app, codes = set_up_app(page), make_recovery_codes(page)
    assert len(codes) == 10

    for way in ("Text message", "Authenticator app", "Recovery code"):
        sign_out(page)
        to_second_factor(page, "nina")
        page.get_by_role("button", name=way).click()
        if way == "Text message":
            expect(page.get_by_text("We sent a code to +49 ••• ••01.")).to_be_visible()
            type_code(page, read_code(page, "+49 1512 3450101"))
        elif way == "Authenticator app":
            # The code that set it up is used up; the next one is good half a minute early.
            type_code(page, app.at(datetime.now(UTC) + timedelta(seconds=30)))
        else:
            page.get_by_label("Recovery code").fill(codes[0].upper())
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_text("Signed in as nina").first).to_be_visible()

    sign_out(page)
    to_second_factor(page, "nina")
    page.get_by_role("button", name="Recovery code").click()
    page.get_by_label("Recovery code").fill(codes[0])
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Invalid code")).to_be_visible()
    page.get_by_role("button", name="Use another way").click()
    expect(page.get_by_role("button", name="Text message")).to_be_visible()


def test_the_only_phone_gets_its_code_without_being_asked_and_without_javascript(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    join(page, "nora", "+49 1512 3450202")
    sign_out(page)
    to_second_factor(page, "nora")
    expect(page.get_by_text("We sent a code to +49 ••• ••02.")).to_be_visible()
    type_code(page, read_code(page, "+49 1512 3450202"))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Signed in as nora").first).to_be_visible()


def test_somebody_without_a_second_factor_sets_one_up_on_the_way(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/if/flow/sign-in-with-second-factor/")
    page.get_by_label("Username or email").fill("guest")
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Password", exact=True).fill("watchword demo")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("textbox", name=re.compile("number", re.IGNORECASE)).fill("01512 3450303")
    page.get_by_role("button", name="Send code").click()
    type_code(page, read_code(page, "+4915123450303"))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("+49 ••• ••03").first).to_be_visible()
