"""What only a browser can tell, of every page there is: each is opened once a screen and asked everything there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.accessibility.axe import bring_axe, violations
from tests.unit.web.pages.gallery import Gallery
from tests.unit.web.pages.samples import every_page

SAMPLES = every_page() | {f"{name}, failed": html for name, html in every_page(wrong="This is wrong.").items()}

WITHOUT = ["landmark-unique"]
"""The samples say the same everywhere, so that parts of a page which differ by their names do not."""

UNFOLD = """() => document.querySelectorAll("details").forEach((details) => { details.open = true; })"""

SMALL_TARGETS = """() => [...document.querySelectorAll(
  "a:not(.manual *), button, summary, select, textarea, label.choice, input:not([type=hidden], .choice input)"
)].filter((target) => {
  const { width, height } = target.getBoundingClientRect();
  return width && height && height < 43.99 && getComputedStyle(target).visibility !== "hidden";
}).map((target) => `lower than 44 px: ${target.outerHTML}`)"""

"""But for links within running text, which WCAG leaves out too (2.5.8)."""

WIDTHS = """() => ["16px", "32px"].map((size) => {
  document.documentElement.style.fontSize = size;
  return document.documentElement.scrollWidth;
})"""


@pytest.fixture
def gallery() -> Iterator[Gallery]:
    with Gallery() as gallery:
        yield gallery


def screen(browser: Browser, width: int, height: int, scheme: str = "light", *, axe: bool = True) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type] # one of Playwright's own names
        reduced_motion="reduce",
    )
    if axe:
        bring_axe(context)
    return context.new_page()


def test_every_page_on_a_phone_in_the_dark(browser: Browser, gallery: Gallery) -> None:
    """It obeys the security policy, its scripts run; a thumb hits what is there, and axe-core finds nothing, also in
    what is folded away.
    """
    page, complaints, found = screen(browser, 360, 740, "dark"), list[str](), list[str]()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for name, html in SAMPLES.items():
        page.goto(gallery.hang(html))
        page.evaluate(UNFOLD)
        found += [f"{name}: {wrong}" for wrong in page.evaluate(SMALL_TARGETS) + violations(page, WITHOUT) + complaints]
        complaints.clear()
    page.context.close()
    assert found == [], "\n".join(found)


def test_every_page_on_a_desk_in_the_light(browser: Browser, gallery: Gallery) -> None:
    """Written into one document: a third of the work of opening each, and its scripts have run on the phone."""
    page, found = screen(browser, 1440, 900), list[str]()
    page.goto(gallery.hang("<!doctype html>"))
    for name, html in SAMPLES.items():
        page.set_content(html)
        found += [f"{name}: {wrong}" for wrong in violations(page, WITHOUT)]
    page.context.close()
    assert found == [], "\n".join(found)


def test_what_axe_finds_is_told(browser: Browser, gallery: Gallery) -> None:
    page = screen(browser, 360, 740)
    page.goto(gallery.hang("<!doctype html><html><title>A</title><main><h1>A</h1><img src='/a.png'></main></html>"))
    found = violations(page)
    assert [wrong.split(": ")[:2] for wrong in found] == [["html-has-lang", "html"], ["image-alt", "img"]]
    assert [wrong.split(": ")[0] for wrong in violations(page, ["image-alt"])] == ["html-has-lang"]
    page.context.close()


def test_pages_fit_narrow_screens_with_the_text_twice_as_large(browser: Browser, gallery: Gallery) -> None:
    page = screen(browser, 320, 640, axe=False)
    widths = {}
    for name, html in every_page("Donaudampfschifffahrtsgesellschaft" * 3, "Wrong" * 30).items():
        page.goto(gallery.hang(html))
        widths[name] = page.evaluate(WIDTHS)
    page.context.close()
    assert {name: found for name, found in widths.items() if max(found) > 320} == {}
