"""What moves in the console: steps that are dragged, previews that follow what is typed; and it all without scripts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.doubles.gateway import GatewayDouble
from tests.e2e.api_server import api_server
from tests.e2e.browsing import NewPage
from tests.e2e.server import ServerProcess
from tests.e2e.test_console import ADMIN, PASSWORD, field, sign_in


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, shared_double: GatewayDouble) -> Iterator[ServerProcess]:
    """Not the demo: a system with the default sign-in and nothing else."""
    folder = tmp_path_factory.mktemp("motion")
    server = api_server(folder, shared_double, WATCHWORD_BOOTSTRAP_PASSWORD=PASSWORD)
    yield server.start()
    assert server.stop() == 0, server.output()


def drag(page: Page, name: str, before: str, *, drop: bool = True) -> None:
    """By mouse, to the upper half of another step."""
    step = page.locator(".track .step", has=page.get_by_role("link", name=name, exact=True))
    step.scroll_into_view_if_needed()
    handle = step.locator(".handle").bounding_box()
    goal = page.locator(".track .step", has=page.get_by_role("link", name=before, exact=True)).bounding_box()
    assert handle
    assert goal
    page.mouse.move(handle["x"] + 20, handle["y"] + 20)
    page.mouse.down()
    page.mouse.move(goal["x"] + 90, goal["y"] + 12, steps=6)
    expect(page.locator("#moving")).to_have_text(f"Before {before}")
    expect(page.locator(".drop")).to_have_count(1)
    if drop:
        page.mouse.up()


def test_steps_are_dragged_and_what_is_typed_is_previewed(new_page: NewPage) -> None:
    page = new_page(viewport={"width": 1440, "height": 1400})
    sign_in(page, ADMIN, PASSWORD, "/if/admin/flows/")
    page.get_by_role("link", name="Prove it again").click()
    steps = page.locator(".track .step a.name")
    second, third = steps.all_inner_texts()
    page.get_by_role("link", name=f"Add a step before {second}").click()
    expect(page.get_by_label("Place")).to_have_value(re.compile("-"))
    page.get_by_label("Stage", exact=True).select_option(label="default-invalidation-logout (User Logout Stage)")
    page.get_by_role("button", name="Add", exact=True).click()
    first = "default-invalidation-logout"
    expect(steps).to_have_text([first, second, third])

    drag(page, third, first, drop=False)
    page.keyboard.press("Escape")
    expect(page.locator("#moving")).to_have_text(f"{third} stays where it is.")
    page.mouse.up()
    expect(steps).to_have_text([first, second, third])

    drag(page, third, first)
    expect(page.get_by_text("The steps were put in order.")).to_be_visible()
    expect(steps).to_have_text([third, first, second])
    drag(page, second, first)
    expect(steps).to_have_text([third, second, first])

    page.goto("/if/admin/stages/new/authenticatorsmsstage/")
    preview = page.locator("#preview")
    expect(preview.get_by_role("button", name="Preview")).to_be_hidden()
    field(page, "Message").fill("{code} is your code – now")
    expect(preview.locator(".bubble")).to_contain_text("042917 is your code – now")
    expect(preview.locator("mark.forces").first).to_have_text("–")
    expect(page.locator("#preview-news")).to_have_text("1 segment, UCS-2.")
    field(page, "Message").fill("{code} is your code {")
    expect(preview.locator(".preview-notes")).to_contain_text("A lone { means nothing")
    expect(preview.get_by_text("This was valid last:")).to_be_visible()
    expect(preview.locator(".bubble")).to_contain_text("042917 is your code – now")
    field(page, "Digits of a code").fill("8")
    field(page, "Message").fill("{code}")
    expect(preview.locator(".bubble")).to_contain_text("04291738")
    expect(preview.get_by_text("This was valid last:")).to_be_hidden()


def test_without_scripts_a_button_shows_the_preview_and_keeps_what_was_typed(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, ADMIN, PASSWORD, "/if/admin/prompts/new/prompt/")
    field(page, "Label").fill("How old are you?")
    field(page, "Type").select_option("number")
    field(page, "Field key").fill("age")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview").get_by_label("How old are you?")).to_have_attribute("type", "number")
    expect(page.locator("#sheet").get_by_label("Field key")).to_have_value("age")
    expect(page.locator(".handle")).to_have_count(0)
    field(page, "Name").fill("age")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("age was made.")).to_be_visible()
