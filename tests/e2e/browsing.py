"""What browser tests do again and again, on the pages of the demo."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

PASSWORD = "watchword demo"
PEOPLE = ("anna", "ben", "carla", "david", "emil", "frida", "gina", "hugo", "ines", "jana", "kurt")
"""Of the demo, beside its own two users."""
CODE = re.compile(r"is ([0-9]{6})\.")

NewPage = Callable[..., Page]


def sign_in(page: Page, username: str = "demo", password: str = PASSWORD) -> None:
    page.goto("/")
    page.get_by_label("Username or email").fill(username)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Your devices")).to_be_visible()


def read_code(page: Page, ending: str) -> str:
    """From the handset, in another tab: the newest message to a number."""
    handset = page.context.new_page()
    handset.goto("/demo/handset/")
    text = handset.locator("ol.messages > li").first.inner_text()
    handset.close()
    assert ending[-2:] in text
    found = CODE.search(text)
    assert found, text
    return found[1]
