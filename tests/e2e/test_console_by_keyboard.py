"""The documented set-up with the keyboard alone, from an empty system, and an enrolment through the flow so made."""

import pytest
from playwright.sync_api import expect

from tests.doubles.gateway import GatewayDouble
from tests.e2e.browsing import NewPage
from tests.e2e.inbox import code_for
from tests.e2e.keyboard import MENU, Keyboard, sign_in
from tests.e2e.numbers import fresh_number
from tests.e2e.test_console import ADMIN, PASSWORD
from tests.e2e.test_console import demo as demo
from tests.people import OTHER, OWNER, Person

GERMAN = r"""german = regex_match(request.context["prompt_data"]["phone"], r"^\+49")
german or ak_message("Only German numbers, please.")
return german"""


def section(keys: Keyboard, name: str) -> None:
    """Back from the page to what stands before it: on a phone a menu, on a desk a column."""
    if (keys.page.viewport_size or {"width": 0})["width"] < 992:
        keys.go_to(MENU, ".*", back=True)
        keys.page.keyboard.press("Enter")
        keys.press("link", name)
    else:
        keys.press("link", name, back=True)
    expect(keys.page.get_by_role("heading", level=1)).to_have_text(name)


def save(keys: Keyboard, said: str) -> None:
    keys.press("button", "Save")
    expect(keys.page.get_by_role("status").filter(has_text=said)).to_be_visible()


def make_policy(keys: Keyboard, name: str) -> None:
    section(keys, "Policies")
    keys.press("link", "New policy")
    keys.give("Name", f"{name} region")
    keys.give("Expression", "if True")
    keys.press("button", "Save")
    assert keys.is_told()
    keys.open("/if/admin/policies/new/expressionpolicy/")
    keys.give("Name", f"{name} region")
    keys.give("Expression", GERMAN)
    save(keys, f"{name} region was made.")


def make_prompt(keys: Keyboard, name: str) -> None:
    section(keys, "Prompts")
    keys.press("link", "New prompt")
    keys.give("Name", f"{name} phone")
    keys.give("Field key", "phone")
    keys.give("Label", "Your phone")
    keys.choose("Type", "text")
    save(keys, f"{name} phone was made.")


def make_flow(keys: Keyboard, name: str) -> None:
    section(keys, "Flows")
    keys.press("link", "New flow")
    keys.give("Name", name)
    keys.give("Title", "Add your phone")
    keys.give("Slug", name)
    keys.choose("Designation", "stage_configuration")
    keys.choose("Who may run it", "require_authenticated")
    save(keys, f"{name} was made.")


def new_stage(keys: Keyboard, kind: str) -> None:
    value = keys.page.locator("#stage option", has_text=kind).first.get_attribute("value")
    keys.choose("Stage", str(value))
    keys.press("button", "Add")


def add_steps(keys: Keyboard, name: str, double: GatewayDouble) -> None:
    new_stage(keys, "Prompt Stage")
    keys.give("Name", f"{name} ask")
    keys.tick(f"{name} phone")
    keys.tick(f"{name} region")
    save(keys, f"{name} ask was made")
    new_stage(keys, "SMS Authenticator Setup Stage")
    keys.give("Name", f"{name} sms")
    keys.choose("Gateway", "generic")
    keys.give("External API URL", f"{double.url}/send")
    keys.choose("Kind of authentication", "bearer")
    keys.give("Token or user name", "a bearer token")
    keys.give("From", "1234")
    save(keys, f"{name} sms was made")


def enrol(keys: Keyboard, person: Person, name: str, double: GatewayDouble) -> None:
    sign_in(keys, person.username, person.password, f"/if/flow/{name}/")
    keys.give("Your phone", "+33 612345678")
    keys.send()
    assert keys.is_told()
    expect(keys.page.get_by_text("Only German numbers, please.")).to_be_visible()
    number = fresh_number()
    keys.give("Your phone", number)
    keys.send()
    expect(keys.page.get_by_label("Code", exact=True)).to_be_focused()
    keys.page.keyboard.type(code_for(double, number))
    keys.send()
    expect(keys.page.get_by_text("is enrolled.")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "scheme", "script", "person"), [(1440, "light", True, OWNER), (360, "dark", False, OTHER)]
)
def test_the_documented_flow_is_set_up_and_run(
    new_page: NewPage, double: GatewayDouble, width: int, scheme: str, script: bool, person: Person
) -> None:
    name = f"keys-{width}"
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "java_script_enabled": script}
    keys = Keyboard(new_page(**options))
    sign_in(keys, ADMIN, PASSWORD, "/if/admin/")
    make_policy(keys, name)
    make_prompt(keys, name)
    make_flow(keys, name)
    add_steps(keys, name, double)
    expect(keys.page.locator(".track .step a.name")).to_have_text([f"{name} ask", f"{name} sms"])
    enrol(Keyboard(new_page(**options)), person, name, double)


@pytest.mark.parametrize("width", [360, 1440])
def test_the_focus_goes_through_a_page_both_ways_and_is_never_trapped(new_page: NewPage, width: int) -> None:
    keys = Keyboard(new_page(viewport={"width": width, "height": 800}))
    sign_in(keys, ADMIN, PASSWORD, "/if/admin/")
    for path in ("", "flows/", "policies/new/expressionpolicy/", "stages/new/authenticatorsmsstage/"):
        keys.open(f"/if/admin/{path}")
        *forward, first = keys.round()
        *backward, again = keys.round(back=True)
        assert first == again
        assert forward == backward[::-1], path
        assert len(forward) >= 3
