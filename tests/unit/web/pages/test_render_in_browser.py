"""What only a browser can tell: the scripts, the layout, and that the security policy is content."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.unit.web.pages.browsing import Site, Visit, visit
from tests.unit.web.pages.samples import (
    NOON,
    Challenge,
    code_step,
    errors,
    identification,
    message,
    number_step,
    page,
    password,
)
from watchword.web.pages.render import render_challenge, render_handset, render_messages

WRONG = errors(non_field_errors="This phone number is too long or too short for its country. Check the digits.")
BRIEF = errors(non_field_errors="Failed to authenticate.")


@pytest.fixture
def enter(browser: Browser) -> Iterator[Visit]:
    sites: list[Site] = []

    def new(**settings: object) -> Site:
        sites.append(visit(browser, **settings))
        return sites[-1]

    yield new
    for site in sites:
        site.context.close()
        assert site.complaints == []


@pytest.fixture
def site(enter: Visit) -> Site:
    return enter()


def html(challenge: Challenge) -> str:
    return render_challenge(challenge, page(user="olivia"))


def button(on: Page, text: str) -> Locator:
    return on.get_by_role("button", name=text)


ASKED: list[tuple[Callable[..., Challenge], Challenge]] = [
    (partial(identification, password_fields=True, allow_show_password=True), BRIEF),
    (identification, BRIEF),
    (password, BRIEF),
    (number_step, WRONG),
    (code_step, WRONG),
]

PLACES = """() => ["h1", "form input:not([type=hidden])", "form button[type=submit]", "[name=change_number]"].map(
  (selector) => JSON.stringify([selector, document.querySelector(selector)?.getBoundingClientRect()])
)"""


def places(opened: Page, site: Site, challenge: Challenge) -> list[str]:
    """Where on the screen what matters stands."""
    site.show(opened, html(challenge))
    found: list[str] = opened.evaluate(PLACES)
    return found


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_jumps_when_an_error_appears(enter: Visit, width: int) -> None:
    site = enter(viewport={"width": width, "height": 800})
    opened = site.open("")
    for asked, wrong in ASKED:
        assert places(opened, site, asked()) == places(opened, site, asked(response_errors=wrong)), asked


def test_nothing_jumps_when_the_wait_is_over(site: Site) -> None:
    opened = site.open("")
    assert places(opened, site, code_step(resend_after=30)) == places(opened, site, code_step(resend_after=0))


def test_a_second_click_sends_nothing_until_the_first_has_had_its_time(site: Site) -> None:
    opened = site.open(html(number_step(phone_number="0151 23456713")), time=NOON)
    send = opened.locator("button.primary")
    send.click()
    expect(send).to_have_text("Sending…")
    expect(send).to_have_attribute("aria-busy", "true")
    expect(opened.locator("#busy")).to_have_text("Sending…")
    send.click()
    assert len(site.sent) == 1
    opened.clock.run_for(20_000)
    expect(send).to_have_text("Send code")
    send.click()
    expect(send).to_have_text("Sending…")
    assert [sent["phone_number"] for sent in site.sent] == [["0151 23456713"]] * 2


def test_the_button_that_was_pressed_is_among_what_is_sent(site: Site) -> None:
    opened = site.open(html(code_step(resend_after=0)))
    button(opened, "Send a new code").click()
    expect(button(opened, "Sending…")).to_be_visible()
    assert site.sent[0]["resend"] == ["true"]
    assert site.sent[0]["_csrf"] == ["csrf-token"]


def test_a_new_code_can_be_asked_for_once_the_wait_is_over(site: Site) -> None:
    opened = site.open(html(code_step(resend_after=61)), time=NOON)
    resend = opened.locator("button[name=resend]")
    expect(resend).to_have_text("Send a new code (1:01)")
    expect(resend).to_be_disabled()
    opened.clock.run_for(2_000)
    expect(resend).to_have_text("Send a new code (0:59)")
    opened.clock.run_for(59_000)
    expect(resend).to_have_text("Send a new code")
    expect(resend).to_be_enabled()


def test_the_end_of_a_code_is_announced_when_it_comes(site: Site) -> None:
    opened = site.open(html(code_step(code_expires_in=3)), time=NOON)
    expect(opened.locator("#code-hint")).to_have_text("good for 0:03")
    opened.clock.run_for(3_000)
    expect(opened.locator("#code-hint")).to_have_text("no longer good")
    expect(opened.locator("#news")).to_have_text("This code has expired. Ask for a new one.")


def test_a_code_that_is_filled_in_at_once_is_sent_and_one_that_is_typed_waits_for_the_button(site: Site) -> None:
    opened = site.open(html(code_step()))
    opened.locator("#code").press_sequentially("042917")
    assert site.sent == []
    opened.locator("#code").fill("")
    opened.locator("#code").fill("042 917")
    expect(button(opened, "Checking…")).to_be_visible()
    assert site.sent[0]["code"] == ["042 917"]


def test_half_a_code_is_not_sent(site: Site) -> None:
    opened = site.open(html(code_step()))
    opened.locator("#code").fill("04291")
    opened.locator("#code").press("End")
    assert site.sent == []


def test_a_pasted_code_waits_for_the_button(enter: Visit) -> None:
    site = enter(permissions=["clipboard-read", "clipboard-write"])
    opened = site.open(html(code_step()))
    opened.evaluate("navigator.clipboard.writeText('042917')")
    opened.locator("#code").press("Control+v")
    expect(opened.locator("#code")).to_have_value("042917")
    assert site.sent == []


def test_the_code_is_taken_from_the_message_where_the_browser_can(site: Site) -> None:
    site.context.add_init_script(
        "window.OTPCredential = class {};"
        "navigator.credentials.get = (asked) => new Promise((yes) => setTimeout(() => {"
        "  window.asked = asked.otp.transport; yes({code: '042917'}); }, 200));"
    )
    opened = site.open(html(code_step()))
    expect(button(opened, "Checking…")).to_be_visible()
    assert opened.evaluate("window.asked") == ["sms"]
    assert site.sent[0]["code"] == ["042917"]


def test_waiting_for_the_message_ends_when_the_form_is_sent(site: Site) -> None:
    site.context.add_init_script(
        "window.OTPCredential = class {};"
        "navigator.credentials.get = ({signal}) => new Promise((_, no) => signal.addEventListener('abort', () => {"
        "  window.aborted = true; no(signal.reason); }));"
    )
    opened = site.open(html(code_step(resend_after=0)))
    button(opened, "Send a new code").click()
    expect(button(opened, "Sending…")).to_be_visible()
    assert opened.evaluate("window.aborted") is True


def test_a_password_can_be_shown_and_is_hidden_again_before_it_is_sent(site: Site) -> None:
    opened = site.open(html(password()))
    field, toggle = opened.locator("#password"), button(opened, "Show password")
    field.fill("correct horse")
    expect(toggle).to_have_attribute("aria-pressed", "false")
    toggle.click()
    expect(field).to_have_attribute("type", "text")
    expect(field).to_be_focused()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    field.press("Enter")
    expect(field).to_have_attribute("type", "password")
    assert site.sent[0]["password"] == ["correct horse"]


def test_the_example_is_one_of_the_chosen_country(site: Site) -> None:
    opened = site.open(html(number_step()))
    expect(opened.locator("#number")).to_have_attribute("placeholder", "01512 3456789")
    opened.locator("#region").select_option("FR")
    expect(opened.locator("#number")).to_have_attribute("placeholder", "06 12 34 56 78")
    opened.locator("#region").select_option("")
    expect(opened.locator("#number")).to_have_attribute("placeholder", "")


def test_a_new_message_arrives_by_itself_and_leaves_the_others_alone(site: Site) -> None:
    later = message("Hello again.", time=NOON + timedelta(minutes=1))
    site.pages["/demo/handset/messages"] = render_messages([message(), later])
    opened = site.open(render_handset(page(action="/handset"), [message()]), "/handset", time=NOON)
    expect(opened.locator("#refresh")).to_be_hidden()
    first = opened.locator(".messages > li").element_handle()
    opened.clock.run_for(2_000)
    expect(opened.locator(".messages > li")).to_have_count(2)
    expect(opened.locator(".messages > li").first).to_contain_text("Hello again.")
    assert first.evaluate("item => item.isConnected")
    opened.clock.run_for(4_000)
    expect(opened.locator(".messages > li")).to_have_count(2)


def test_the_first_message_takes_the_place_of_the_empty_list(site: Site) -> None:
    site.pages["/demo/handset/messages"] = render_messages([message()])
    opened = site.open(render_handset(page(), []), "/handset", time=NOON)
    expect(opened.locator(".nothing")).to_be_visible()
    opened.clock.run_for(2_000)
    expect(opened.locator(".nothing")).to_have_count(0)
    expect(button(opened, "Copy code 042917")).to_be_visible()


def test_a_code_is_copied_with_one_press(enter: Visit) -> None:
    site = enter(permissions=["clipboard-read", "clipboard-write"])
    opened = site.open(render_handset(page(), [message()]), "/handset")
    button(opened, "Copy code 042917").click()
    expect(opened.locator("#copied")).to_have_text("Code copied")
    assert opened.evaluate("navigator.clipboard.readText()") == "042917"


def test_everything_can_be_done_without_scripts(enter: Visit) -> None:
    site = enter(java_script_enabled=False)
    opened = site.open(html(code_step(resend_after=30)))
    expect(opened.locator("noscript p")).to_be_visible()
    opened.locator("#code").fill("042917")
    button(opened, "Confirm").click()
    button(opened, "Send a new code").click()
    button(opened, "Change number").click()
    assert [sorted(sent.keys() - {"_csrf", "_step"}) for sent in site.sent] == [
        ["code"],
        ["code", "resend"],
        ["change_number", "code"],
    ]
