"""What the form's scripts say while somebody types: the same as the server, and not before it can be known."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.unit.web.pages.browsing import CHROMIUM, Site, visit
from tests.unit.web.pages.samples import NOON, page
from watchword.gateways.shapes import slip_of
from watchword.model.snapshot import Snapshot
from watchword.stages.authenticator_sms.shapes import SHAPES
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.web.pages.console.controls import Choices, fieldsets, initial
from watchword.web.pages.console.guidance import as_typed, guided
from watchword.web.pages.console.rendering import render_form
from watchword.web.pages.console.shown import Form

HEX = "0123456789abcdefABCDEF0123456789"
SID = f"AC{HEX}"
WRONG = "An Account SID begins with AC; this one begins with SK: that is an API key's SID."
SHORT = "This is too short: an Auth Token has 32 characters."
PAUSE = 600
"""Milliseconds after the last key."""

TEXTS = [
    "", " ", "A", "AC", SID, SID[:-1], f"{SID}0", f" {SID} ", f"{SID[:9]} {SID[9:]}", f"{SID}\u200b", SID.lower(),
    f"SK{HEX}", f"MG{HEX}", f"MG{HEX[1:]}", f"PN{HEX}", f"ZZ{HEX}", HEX, HEX[1:], f"{HEX}0", f"{HEX[:31]}g", "é" * 32,
    "👋" * 32,
    "+15017122661", "+1 501 712 2661", "(501) 712-2661", "15017122661", "0049151234567", "+0151", "+1234", "12", "123",
    "123456789", "Watchword", "Watchword GmbH", "Grüße", "&&&", "7 Eleven", "1-800-FLOWERS", "+", "-",
    "+1501712\u200b2661",
    "https://sms.example.org/send", "HTTPS://X", "http://sms.example.org", "http://localhost:9000/", "http://127.0.0.1@x.org/",
    "http://[::1]:80", "https://", "http:///x", "ftp://x", "sms.example.org", "https://x/ y", "https://x/ü👋",
    "https://x\u00a0/",
    "$&{length}{start}", "{length}",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def site(browser: Browser) -> Iterator[Site]:
    site = visit(browser)
    yield site
    site.context.close()
    assert site.complaints == []


def form(stored: frozenset[str] = frozenset(), **given: Any) -> str:
    """The form of an SMS stage; `given` is what stands in it, and `stored` which secrets there are."""
    cls = AuthenticatorSMSStage
    values = {**initial(cls), "provider": "twilio", **given}
    made = fieldsets(cls, values, Choices(Snapshot()), {}, stored=stored)
    shown = guided(Form(title="x", lede="x", fieldsets=made), cls, as_typed(cls, values, None), "/check/", None)
    return render_form(page(user="olivia"), shown)


def opened(site: Site, html: str) -> Page:
    return site.open(html, time=NOON)


def field(on: Page, name: str) -> Locator:
    return on.locator(f"[name={name}]")


def advice(on: Page, name: str) -> Locator:
    return on.locator(f"#f-{name}-advice")


def test_the_script_says_what_the_server_says(site: Site) -> None:
    on = opened(site, form())
    said = on.evaluate(
        """([gateways, texts]) => Object.fromEntries(gateways.map(([field, gateway]) => {
            const input = document.querySelector(`[name=${field}]`);
            document.querySelector("[name=provider]").value = gateway;
            return [`${field} ${gateway}`, texts.map((text) => {
                input.value = text;
                input.dispatchEvent(new Event("change", { bubbles: true }));
                const found = document.getElementById(`f-${field}-advice`).textContent;
                input.value = "";
                return found;
            })];
        }))""",
        [[[name, gateway] for name, shapes in SHAPES.items() for gateway in shapes], TEXTS],
    )
    for name, shapes in SHAPES.items():
        for gateway, shape in shapes.items():
            expected = [slip_of(shape, text) for text in TEXTS]
            assert dict(zip(TEXTS, said[f"{name} {gateway}"], strict=True)) == dict(zip(TEXTS, expected, strict=True))


def test_whoever_is_still_typing_is_left_alone(site: Site) -> None:
    on = opened(site, form())
    sid = field(on, "account_sid")
    sid.press_sequentially("SK0123")
    on.clock.run_for(PAUSE * 2)
    expect(advice(on, "account_sid")).to_have_text("")
    sid.press_sequentially(HEX[4:])
    expect(advice(on, "account_sid")).to_have_text("")
    on.clock.run_for(PAUSE)
    expect(advice(on, "account_sid")).to_have_text(WRONG)
    expect(advice(on, "account_sid")).to_have_attribute("aria-live", "polite")


def test_what_was_wrong_is_taken_back_as_soon_as_it_is_right(site: Site) -> None:
    on = opened(site, form())
    field(on, "account_sid").fill(SID[:-1])
    field(on, "account_sid").press("Tab")
    expect(advice(on, "account_sid")).to_have_text("34 characters are needed, this has 33.")
    field(on, "account_sid").press("End")
    field(on, "account_sid").press_sequentially("9")
    expect(advice(on, "account_sid")).to_have_text("")


def test_a_field_that_is_left_is_judged_at_once(site: Site) -> None:
    on = opened(site, form())
    field(on, "from_number").press_sequentially("1 2")
    field(on, "from_number").press("Tab")
    expect(advice(on, "from_number")).to_contain_text("without blanks")


def test_what_is_pasted_is_whole(site: Site) -> None:
    on = opened(site, form())
    on.evaluate(
        """() => {
            const input = document.querySelector("[name=account_sid]");
            input.value = "SK01";
            input.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
        }"""
    )
    on.clock.run_for(PAUSE)
    expect(advice(on, "account_sid")).to_have_text(WRONG)


def test_the_secret_of_an_api_key_is_no_token(site: Site) -> None:
    on = opened(site, form())
    field(on, "auth").fill("a secret of an API key, of any length")
    field(on, "auth").press("Tab")
    expect(advice(on, "auth")).not_to_have_text("")
    field(on, "api_key_sid").fill(f"SK{HEX}")
    field(on, "api_key_sid").press("Tab")
    expect(advice(on, "auth")).to_have_text("")


def test_another_gateway_has_other_rules(site: Site) -> None:
    on = opened(site, form(account_sid=f"SK{HEX}"))
    expect(advice(on, "account_sid")).to_have_text(WRONG)
    field(on, "provider").select_option("generic")
    expect(advice(on, "account_sid")).to_have_text("The address begins with https://.")
    field(on, "account_sid").fill("http://sms.example.org/")
    field(on, "account_sid").press("Tab")
    expect(advice(on, "account_sid")).to_contain_text("can be read on the way")


def test_what_the_server_says_of_a_stored_secret_stays_while_none_is_typed(site: Site) -> None:
    html = form(stored=frozenset({"auth"}), auth=HEX[1:])
    on = opened(site, html)
    assert HEX[1:] not in html
    field(on, "account_sid").fill(SID)
    field(on, "account_sid").press("Tab")
    expect(advice(on, "auth")).to_have_text(SHORT)
    field(on, "auth").fill(HEX)
    expect(advice(on, "auth")).to_have_text("")
    field(on, "auth").fill("")
    expect(advice(on, "auth")).to_have_text(SHORT)


def test_a_check_that_does_not_come_through_loses_nothing(site: Site) -> None:
    """The site answers every form with nothing."""
    on = opened(site, form())
    field(on, "auth").fill(HEX)
    on.get_by_role("button", name="Check credentials").click()
    expect(on.locator("#check-result")).to_contain_text("did not come through")
    expect(field(on, "auth")).to_have_value(HEX)
    expect(on.get_by_role("button", name="Check credentials")).to_be_enabled()
    assert [sent["auth"] for sent in site.sent] == [[HEX]]
    assert site.sent[0]["_csrf"] == ["csrf-token"]


def test_a_check_is_true_of_what_was_checked_only(site: Site) -> None:
    on = opened(site, form())
    on.get_by_role("button", name="Check credentials").click()
    expect(on.locator("#check-result")).not_to_have_text("")
    field(on, "account_sid").fill(SID)
    field(on, "account_sid").press("Tab")
    expect(on.locator("#check-result")).to_have_text("")
