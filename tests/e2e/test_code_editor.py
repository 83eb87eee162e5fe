"""The editor of expressions in a real browser: typed in, left by keyboard, undone, marked and tried."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.browsing import NewPage
from tests.e2e.test_console import ADMIN, PASSWORD, field, sign_in
from tests.e2e.test_console import demo as demo

NEW_POLICY = "/if/admin/policies/new/expressionpolicy/"
CARET = "area => [area.selectionStart, area.selectionEnd]"


def open_new(page: Page, query: str = "") -> None:
    sign_in(page, ADMIN, PASSWORD, NEW_POLICY + query)
    expect(page.get_by_role("heading", level=1, name="New expression policy")).to_be_visible()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_an_expression_is_typed_undone_tried_and_mended(new_page: NewPage) -> None:
    page = new_page(viewport={"width": 1440, "height": 900})
    open_new(page)
    code, lines = field(page, "Expression"), page.locator(".lines > div")
    code.click()
    expect(code).to_have_accessible_description(re.compile("press Esc, then Tab"))

    page.keyboard.type('if context["prompt_data"]["phone"]:  # a colon')
    press(page, "Enter")
    page.keyboard.type("x = 1")
    press(page, "Enter", "Enter")
    page.keyboard.type("y = 2")
    press(page, "Shift+Tab")
    typed = 'if context["prompt_data"]["phone"]:  # a colon\n    x = 1\n    \ny = 2'
    expect(code).to_have_value(typed)
    expect(lines).to_have_count(4)

    press(page, "Control+A", "Tab")
    indented = '    if context["prompt_data"]["phone"]:  # a colon\n        x = 1\n        \n    y = 2'
    expect(code).to_have_value(indented)
    assert code.evaluate(CARET) == [4, len(indented)], "the same lines are selected as before"
    press(page, "Shift+Tab")
    expect(code).to_have_value(typed)
    press(page, "Control+Z")
    expect(code).to_have_value(indented)
    press(page, "Control+Z", "Control+Z")
    expect(code).to_have_value(typed.replace("\ny = 2", "\n    y = 2"))
    press(page, "Control+Shift+Z")
    expect(code).to_have_value(typed)

    press(page, "Control+End", "Enter", "Tab")
    expect(code).to_have_value(f"{typed}\n    ")
    press(page, "Shift+Tab", "Escape", "Tab")
    expect(code).not_to_be_focused()
    press(page, "Shift+Tab")
    expect(code).to_be_focused()
    press(page, "Escape", "Shift+Tab")
    expect(field(page, "Name")).to_be_focused()
    expect(code).to_have_value(f"{typed}\n")

    tried = page.locator("#tried")
    page.get_by_role("button", name="Try it").click()
    expect(tried.get_by_role("heading")).to_have_text(
        [
            "+4915123456789: It does not pass: it returned nothing.",
            "+1 201 555 0123: It does not pass: it returned nothing.",
        ]
    )
    code.fill("for n in range(40):\n    pass\n" + "x = 1\n" * 40 + "return x.nothing")
    page.get_by_role("button", name="Try it").focus()
    press(page, "Enter")
    expect(tried).to_contain_text("AttributeError")
    expect(page.locator(".lines .wrong")).to_have_count(1)
    assert lines.nth(42).get_attribute("class") == "wrong"
    page.get_by_role("link", name="Go to line 43").click()
    expect(code).to_be_focused()
    assert code.evaluate("area => area.value.slice(area.selectionStart)") == "return x.nothing"
    assert code.evaluate("area => area.scrollTop === area.previousElementSibling.scrollTop && area.scrollTop > 0")
    press(page, "Control+A")
    page.keyboard.type("return phone")
    expect(page.locator(".lines .wrong")).to_have_count(0)
    assert page.url.endswith(NEW_POLICY), "it was tried in place"


def test_a_refused_form_comes_back_with_the_caret_at_the_line(new_page: NewPage) -> None:
    page = new_page(viewport={"width": 1440, "height": 900})
    open_new(page, "?example=countries")
    field(page, "Name").fill("refused")
    code = field(page, "Expression")
    code.fill("x = 1\nif x\n    return True")
    field(page, "Name").press("Enter")
    expect(page.get_by_text("Nothing was saved.")).to_be_visible()
    expect(code).to_be_focused()
    assert code.evaluate(CARET) == [6, 6]
    expect(page.locator(".lines .wrong")).to_have_count(1)
    expect(page.locator(".excerpt")).to_have_count(0)

    page.get_by_role("link", name="Only members of a group").click()
    expect(code).to_have_value(re.compile("ak_is_group_member"))
    press(page, "Control+Z")
    expect(code).to_have_value("x = 1\nif x\n    return True")
    press(page, "Control+A", "Delete")
    page.get_by_role("button", name="regex_match(value, regex)", exact=True).click()
    page.keyboard.type('"a", "b"')
    expect(code).to_have_value('regex_match("a", "b")')


def test_a_prompts_text_is_edited_as_code_once_it_is_an_expression(new_page: NewPage) -> None:
    page = new_page(viewport={"width": 1440, "height": 900})
    sign_in(page, ADMIN, PASSWORD, "/if/admin/prompts/new/prompt/")
    text, reference = field(page, "Placeholder"), page.get_by_role("heading", name="What can be used here")
    text.fill("some text")
    expect(reference).to_be_hidden()
    press(page, "Tab")
    expect(text).not_to_be_focused()
    page.get_by_label("Placeholder is an expression").check()
    expect(reference).to_be_visible()
    text.focus()
    press(page, "Control+End", "Tab")
    expect(text).to_have_value("some text   ")
    # Where the preview stands beside the form, the list below it is closed.
    if not (entry := page.get_by_role("button", name="prompt_context", exact=True)).is_visible():
        page.locator("summary", has_text="Variables").click()
    entry.click()
    expect(text).to_have_value("some text   prompt_context")
    page.get_by_label("Placeholder is an expression").uncheck()
    text.focus()
    press(page, "Tab")
    expect(text).not_to_be_focused()


def test_without_scripts_an_expression_is_tried_and_the_line_is_shown(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    open_new(page)
    page.get_by_role("link", name="Only mobile numbers").click()
    field(page, "Phone numbers").fill("+4915123456789\n+4930123456")
    page.get_by_role("button", name="Try it").click()
    verdicts = page.locator("#tried").get_by_role("heading")
    expect(verdicts).to_have_text(["+4915123456789: It passes.", "+4930123456: It does not pass."])
    field(page, "Expression").fill("x = 1\nreturn x.nothing\n# the end")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator(".excerpt .wrong")).to_have_text("return x.nothing")
    expect(field(page, "Phone numbers")).to_have_value("+4915123456789\n+4930123456")
    expect(page.locator("[id$=-keys]")).to_be_hidden()
