"""The documented set-up by clicking, from an empty system, and an enrolment through the flow so made."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.doubles.gateway import GatewayDouble
from tests.e2e.api_server import api_server
from tests.e2e.browsing import NewPage
from tests.e2e.inbox import code_for
from tests.e2e.numbers import fresh_number
from tests.e2e.server import ServerProcess
from tests.people import OTHER, OWNER, Person

ADMIN, PASSWORD = "akadmin", "a password for the administrator"
GERMAN = """if not regex_match(request.context["prompt_data"]["phone"], r"^\\+49"):
    ak_message("Only German numbers, please.")
    return False
return True"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, shared_double: GatewayDouble) -> Iterator[ServerProcess]:
    """Not the demo: a system with the default sign-in and nothing else."""
    folder = tmp_path_factory.mktemp("console")
    server = api_server(folder, shared_double, WATCHWORD_BOOTSTRAP_PASSWORD=PASSWORD)
    yield server.start()
    assert server.stop() == 0, server.output()


def sign_in(page: Page, username: str, password: str, path: str = "/") -> None:
    page.goto(path)
    page.get_by_label("Username or email").fill(username)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Continue").click()


def field(page: Page, title: str) -> Locator:
    """By what it is called for whoever hears it: names that it has with other gateways are not said."""
    named = re.compile(rf"^{title}( \(required\))?$")
    return page.get_by_role("textbox", name=named).or_(page.get_by_role("combobox", name=named))


def section(page: Page, name: str) -> None:
    navigation = page.get_by_role("navigation", name="Console")
    if (menu := navigation.locator("summary:visible")).count():
        menu.click()
    navigation.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def save(page: Page, said: str) -> None:
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()


def make_policy_and_prompt(page: Page, name: str) -> None:
    section(page, "Policies")
    page.get_by_role("link", name="New policy").click()
    field(page, "Name").fill(f"{name} region")
    field(page, "Expression").fill("if True\n    return True")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("line 1")).to_be_visible()
    field(page, "Expression").fill(GERMAN)
    save(page, f"{name} region was made.")
    section(page, "Prompts")
    page.get_by_role("link", name="New prompt").click()
    field(page, "Name").fill(f"{name} phone")
    field(page, "Field key").fill("phone")
    field(page, "Type").select_option("text")
    field(page, "Label").fill("Your phone")
    save(page, f"{name} phone was made.")


def make_flow(page: Page, name: str) -> None:
    section(page, "Flows")
    page.get_by_role("link", name="New flow").click()
    field(page, "Name").fill(name)
    field(page, "Title").fill("Add your phone")
    field(page, "Slug").fill(name)
    field(page, "Designation").select_option("stage_configuration")
    field(page, "Who may run it").select_option("require_authenticated")
    save(page, f"{name} was made.")
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def new_stage(page: Page, kind: str) -> None:
    page.get_by_label("Stage", exact=True).select_option(label=kind)
    page.get_by_role("button", name="Add", exact=True).click()


def add_steps(page: Page, name: str, double: GatewayDouble) -> None:
    new_stage(page, "Prompt Stage")
    field(page, "Name").fill(f"{name} ask")
    page.get_by_label(f"{name} phone").check()
    page.get_by_label(f"{name} region").check()
    save(page, f"{name} ask was made")
    new_stage(page, "SMS Authenticator Setup Stage")
    field(page, "Name").fill(f"{name} sms")
    field(page, "Gateway").select_option("twilio")
    expect(field(page, "Account SID")).to_be_visible()
    expect(field(page, "External API URL")).to_have_count(0)
    field(page, "Gateway").select_option("generic")
    expect(field(page, "API key SID")).to_have_count(0)
    field(page, "External API URL").fill(f"{double.url}/send")
    field(page, "From").fill("1234")
    field(page, "Kind of authentication").select_option("bearer")
    expect(page.locator("[name=auth_password]")).to_be_hidden()
    page.locator("label:visible", has_text="Token or user name").click()
    page.keyboard.type("a bearer token")
    save(page, f"{name} sms was made")
    steps = page.locator(".track .step a.name")
    expect(steps).to_have_text([f"{name} ask", f"{name} sms"])


def enrol(page: Page, person: Person, name: str, double: GatewayDouble) -> None:
    sign_in(page, person.username, person.password, f"/if/flow/{name}/")
    page.get_by_label("Your phone").fill("+33 612345678")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Only German numbers, please.")).to_be_visible()
    number = fresh_number()
    page.get_by_label("Your phone").fill(number)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Code", exact=True)).to_be_visible()
    page.get_by_label("Code", exact=True).press_sequentially(code_for(double, number))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("is enrolled.")).to_be_visible()


def test_nobody_else_comes_in(new_page: NewPage) -> None:
    page = new_page()
    sign_in(page, OWNER.username, OWNER.password, "/if/admin/flows/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Forbidden")
    page.goto("/if/user/")
    expect(page.get_by_role("link", name="Admin console")).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (360, "dark")])
def test_the_documented_flow_is_set_up_by_clicking_and_run(
    new_page: NewPage, double: GatewayDouble, width: int, scheme: str
) -> None:
    name = f"phone-{width}"
    page = new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    sign_in(page, ADMIN, PASSWORD, "/if/admin/")
    expect(page.get_by_text("No gateway yet" if width == 1440 else "Public URL unset")).to_be_visible()
    make_policy_and_prompt(page, name)
    make_flow(page, name)
    add_steps(page, name, double)
    enrol(new_page(), OWNER if width == 1440 else OTHER, name, double)
    section(page, "Overview")
    expect(page.get_by_role("img", name=re.compile("^Last 24 hours: [1-9]"))).to_be_visible()
    expect(page.get_by_text("No gateway yet")).to_have_count(0)


def test_a_flow_is_put_in_order_by_keyboard_alone(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, ADMIN, PASSWORD, "/if/admin/flows/")
    page.get_by_role("link", name="Sign in").click()
    steps = page.locator(".track .step a.name")
    expect(page.get_by_role("heading", level=2, name="Steps")).to_be_visible()
    before = steps.all_inner_texts()
    page.get_by_role("button", name=f"Down with {before[0]}").press("Enter")
    expect(steps).to_have_text([before[1], before[0], *before[2:]])
    page.get_by_role("button", name=f"Up with {before[0]}").press("Enter")
    expect(steps).to_have_text(before)


def test_twilio_is_set_up_by_the_guide(new_page: NewPage, double: GatewayDouble) -> None:
    """A slip is said while it is typed, the credentials are checked before anything is saved, and a message is sent."""
    page = new_page()
    sign_in(page, ADMIN, PASSWORD, "/if/admin/stages/new/authenticatorsmsstage/")
    field(page, "Name").fill("by twilio")
    field(page, "Gateway").select_option("twilio")
    expect(page.get_by_text("Sign in to Twilio’s console.")).to_be_visible()
    expect(page.get_by_text("Each message is one POST")).to_be_hidden()
    field(page, "Account SID").fill("SK0123456789abcdef0123456789abcdef")
    expect(page.get_by_text("this one begins with SK: that is an API key's SID.")).to_be_visible()
    field(page, "Account SID").fill("AC0123456789abcdef0123456789abcdef")
    expect(page.get_by_text("this one begins with SK")).to_be_hidden()
    field(page, "From").fill("+15017122661")
    field(page, "Auth Token").fill("00112233445566778899aabbccddeeff")
    double.behave("status", 401, b'{"code": 20003, "message": "Authenticate", "status": 401}')
    page.get_by_role("button", name="Check credentials").click()
    expect(page.get_by_text("Wrong: Twilio says no: status 401, its code 20003.")).to_be_visible()
    double.reset()
    page.get_by_role("button", name="Check credentials").click()
    expect(page.get_by_text("Good: Twilio takes the credentials, and the account is active.")).to_be_visible()
    field(page, "From").press("Enter")
    expect(page.get_by_role("status").filter(has_text="by twilio was made.")).to_be_visible()
    page.get_by_role("link", name="by twilio").click()
    page.get_by_role("link", name="Send a test message to my phone").click()
    double.behave("status", 400, b'{"code": 21608, "message": "Unverified", "status": 400}')
    field(page, "Phone number").fill(fresh_number())
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("Twilio’s code for it is 21608.")).to_be_visible()
    expect(page.get_by_text("Unverified")).to_be_hidden()
    page.get_by_text("The gateway’s own words").click()
    expect(page.get_by_text("Unverified")).to_be_visible()
