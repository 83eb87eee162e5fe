"""Second factors, devices and sessions with the keyboard alone: no click, no script that fills a field."""

from playwright.sync_api import Page, expect

from tests.e2e.browsing import PASSWORD, NewPage, read_code

MOST_TABS = 40

OUTLINED = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" || style.boxShadow !== "none";
}"""


def go_to(page: Page, role: str, name: str) -> None:
    """With the Tab key, however far it is; where the focus lands it can be seen."""
    wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type] # one of Playwright's own names
    expect(wanted).to_be_visible()
    for _ in range(MOST_TABS):
        if wanted.evaluate("node => node === document.activeElement"):
            assert page.evaluate(OUTLINED), name
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"The Tab key does not reach {name!r}.")


def press(page: Page, role: str, name: str, key: str = "Enter") -> None:
    go_to(page, role, name)
    page.keyboard.press(key)


def give(page: Page, label: str, text: str) -> None:
    go_to(page, "textbox", label)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def sign_in(page: Page, username: str) -> None:
    page.goto("/")
    expect(page.get_by_label("Username or email")).to_be_focused()
    page.keyboard.type(username)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def test_second_factors_and_devices_by_keyboard_alone(new_page: NewPage) -> None:
    page, number = new_page(), "+49 1512 3450501"
    sign_in(page, "jana")
    press(page, "link", "Phone, with a country picker")
    give(page, "Phone number", number)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code", exact=True)).to_be_focused()
    page.keyboard.type(read_code(page, number))
    page.keyboard.press("Enter")
    expect(page.get_by_text("is enrolled.")).to_be_visible()

    press(page, "link", "Recovery codes")
    expect(page.locator(".recovery-codes code")).to_have_count(10)
    codes = page.locator(".recovery-codes code").all_inner_texts()
    press(page, "button", "I have kept them", key="Space")
    expect(page.get_by_text("Your new recovery codes are set up.")).to_be_visible()

    press(page, "button", "Sign out")
    expect(page.get_by_label("Username or email")).to_be_visible()
    sign_in(page, "jana")
    expect(page.get_by_text("How do you want to prove")).to_be_visible()
    press(page, "button", "Recovery code")
    expect(page.get_by_label("Recovery code")).to_be_focused()
    page.keyboard.type(codes[0])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your devices")).to_be_visible()

    press(page, "link", "Change SMS Device")
    give(page, "Name", "My phone")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The new name is saved.")).to_be_visible()
    press(page, "link", "Change My phone")
    press(page, "link", "Remove this device")
    press(page, "button", "Remove")
    expect(page.get_by_text("My phone is removed.")).to_be_visible()


def test_sessions_are_ended_by_keyboard_alone(new_page: NewPage) -> None:
    page, elsewhere = new_page(), new_page()
    for one in (elsewhere, page):
        sign_in(one, "kurt")
        expect(one.get_by_role("heading", name="Your devices")).to_be_visible()
    press(page, "link", "Your sessions")
    press(page, "button", "End all others", key="Space")
    expect(page.locator("ul.devices").first.locator("li")).to_have_count(1)
    elsewhere.goto("/if/user/")
    expect(elsewhere.get_by_label("Username or email")).to_be_visible()
