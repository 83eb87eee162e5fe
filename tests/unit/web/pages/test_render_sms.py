"""The SMS steps: a number, then a code; and the ways back."""

import pytest

from tests.unit.web.pages.html_tree import Node, parse
from tests.unit.web.pages.samples import Challenge, code_step, errors, number_step, page
from watchword.phone import countries
from watchword.web.pages.render import Page, render_challenge


def shown(asked: Challenge, on: Page | None = None) -> Node:
    return parse(render_challenge(asked, on or page()))


def chosen(tree: Node) -> str:
    return next(node.attrs["value"] for node in tree.all("option") if "selected" in node.attrs)


def button(tree: Node, name: str) -> Node:
    return tree.one("button", name=name, value="true")


def test_the_number_is_asked_for_with_what_will_happen_and_what_it_costs() -> None:
    tree = shown(number_step())
    number = tree.by_id("number")
    wanted = {"name": "phone_number", "type": "tel", "autocomplete": "tel", "inputmode": "tel", "dir": "ltr"}
    assert wanted.items() <= number.attrs.items()
    assert {"required", "autofocus"} <= set(number.attrs)
    assert "We will send you a text message with a code. Message rates may apply." in tree.one("main").text
    assert tree.one("button", type="submit").text == "Send code"


def test_both_spellings_are_announced_with_the_field() -> None:
    tree = shown(number_step())
    assert "number-hint" in tree.by_id("number").attrs["aria-describedby"].split()
    assert "Both spellings work" in tree.by_id("number-hint").text


def test_every_country_can_be_chosen_by_name_and_calling_code() -> None:
    options = shown(number_step()).by_id("region").all("option")
    assert [(option.attrs["value"], option.text) for option in options] == [
        ("", "My number starts with +"),
        *((one.region, f"{one.name} (+{one.calling_code})") for one in countries()),
    ]
    assert ("FR", "France (+33)") in [(option.attrs["value"], option.text) for option in options]
    assert options[1].attrs["data-example"] == countries()[0].example


@pytest.mark.parametrize(
    ("region", "default", "expected"),
    [("", "DE", "DE"), ("GB", "DE", "GB"), ("", "", ""), ("XX", "DE", ""), ("FR", "", "FR")],
)
def test_the_country_chosen_before_comes_first_then_the_default(region: str, default: str, expected: str) -> None:
    tree = shown(number_step(region=region), page(default_region=default))
    assert chosen(tree) == expected
    examples = {country.region: country.example for country in countries()}
    assert tree.by_id("number").attrs.get("placeholder") == examples.get(expected)


def test_what_was_typed_and_what_is_wrong_with_it_stand_together() -> None:
    asked = number_step(phone_number="0151 23", region="DE", response_errors=errors(phone_number="Too short."))
    tree = shown(asked)
    number = tree.by_id("number")
    assert number.attrs["value"] == "0151 23"
    assert number.attrs["aria-invalid"] == "true"
    assert tree.by_id("number-error").text == "Too short."
    assert tree.one("button", type="submit").text == "Send code"


def test_after_a_failed_send_the_visitor_can_try_again_at_once() -> None:
    wrong = errors(non_field_errors="The message could not be sent.")
    tree = shown(number_step(phone_number="0151 23456713", response_errors=wrong))
    assert tree.one("button", type="submit").text == "Try again"
    assert tree.by_id("number-error").text == "The message could not be sent."


def test_a_number_from_an_earlier_step_is_shown_and_changed_only_there() -> None:
    tree = shown(number_step(phone_number="+49 151 23456713", number_fixed=True))
    number = tree.by_id("number")
    assert "readonly" in number.attrs
    assert number.attrs["value"] == "+49 151 23456713"
    assert not tree.all("select")
    change = button(tree, "change_number")
    assert "formnovalidate" in change.attrs
    assert tree.all("button")[0].text == "Send code"  # the one that the Enter key presses


def test_a_fixed_number_that_cannot_be_changed_offers_no_change() -> None:
    tree = shown(number_step(phone_number="+49", number_fixed=True, can_change_number=False))
    assert not tree.all("button", name="change_number")


def test_the_code_is_asked_for_as_phones_fill_it_in() -> None:
    tree = shown(code_step())
    code = tree.by_id("code")
    wanted = {"name": "code", "type": "text", "inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}
    assert wanted.items() <= code.attrs.items()
    assert {"required", "autofocus"} <= set(code.attrs)
    assert code.attrs["maxlength"] == "10"
    assert code.attrs["pattern"] == r"[0-9 \-]*"
    assert tree.one("span", class_="number").text == "+49 ••• ••13"


@pytest.mark.parametrize("length", [6, 8, 10])
def test_a_code_fits_its_field_also_in_groups(length: int) -> None:
    code = shown(code_step(code_length=length)).by_id("code")
    assert int(code.attrs["maxlength"]) >= length + 2
    assert code.attrs["minlength"] == code.attrs["data-length"] == str(length)


def test_the_enter_key_confirms() -> None:
    first = shown(code_step()).all("button")[0]
    assert first.text == "Confirm"
    assert first.attrs["type"] == "submit"
    assert "name" not in first.attrs


def test_a_new_code_can_be_asked_for_without_a_code_in_the_field() -> None:
    resend = button(shown(code_step(resend_after=0)), "resend")
    assert resend.text == "Send a new code"
    assert "formnovalidate" in resend.attrs
    assert "data-wait" not in resend.attrs


def test_without_a_script_the_wait_is_said_and_the_button_is_there() -> None:
    tree = shown(code_step(resend_after=30))
    assert tree.one("noscript").text == "You can ask for a new code in 30 seconds."
    resend = button(tree, "resend")
    assert resend.attrs["data-wait"] == "30"
    assert "disabled" not in resend.attrs


@pytest.mark.parametrize("allowed", [True, False])
def test_the_number_can_be_changed_where_that_is_possible(allowed: bool) -> None:
    buttons = shown(code_step(can_change_number=allowed)).all("button", name="change_number")
    assert len(buttons) == allowed
    assert all("formnovalidate" in one.attrs for one in buttons)


def test_there_is_always_a_way_out() -> None:
    for asked in (number_step(), code_step()):
        assert shown(asked).one("main").one("a").attrs["href"] == page().cancel_url


@pytest.mark.parametrize(("left", "words"), [(4, "4 tries left"), (1, "1 try left")])
def test_the_tries_left_are_said_once_some_are_gone(left: int, words: str) -> None:
    tree = shown(code_step(attempts_left=left))
    assert tree.by_id("code-hint").text == f"{words}, good for 5 minutes"
    assert "code-hint" in tree.by_id("code").attrs["aria-describedby"].split()


def test_the_tries_left_are_not_said_before() -> None:
    assert shown(code_step(attempts_left=5)).by_id("code-hint").text == "good for 5 minutes"


def test_a_wrong_code_is_said_at_the_field_with_the_tries_left() -> None:
    tree = shown(code_step(attempts_left=7, response_errors=errors(non_field_errors="Code does not match")))
    code = tree.by_id("code")
    assert "code-error" in code.attrs["aria-describedby"].split()
    assert tree.by_id("code-error").text == "Code does not match"
    assert tree.one("strong").text == "7 tries left"
    assert "value" not in code.attrs


def test_news_of_a_new_code_are_read_out() -> None:
    news = shown(code_step(notice="We sent a new code.")).by_id("news")
    assert news.attrs["role"] == "status"
    assert news.text == "We sent a new code."


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"code_expires_in": 0, "attempts_left": 0}, "This code has expired. Ask for a new one."),
        ({"attempts_left": 0}, "No tries left. Ask for a new code."),
    ],
)
def test_a_code_that_is_no_longer_good_makes_a_new_one_the_next_thing(values: Challenge, sentence: str) -> None:
    tree = shown(code_step(**values))
    assert tree.by_id("news").text == sentence
    assert button(tree, "resend").attrs["class"] == "primary"
    assert tree.all("button")[0].attrs["class"] == "secondary"


def test_the_end_of_a_code_is_said_once() -> None:
    wrong = errors(non_field_errors="This code has expired. Ask for a new one.")
    tree = shown(code_step(code_expires_in=0, attempts_left=0, response_errors=wrong))
    assert tree.one("main").text.count("This code has expired.") == 1


def test_how_long_the_code_is_good_is_said_in_words_for_all_and_in_seconds_for_the_script() -> None:
    life = shown(code_step(code_expires_in=299)).one("span", data_expires="299")
    assert life.text == "5 minutes"
