"""No secret, code or number survives in an answer that is kept, however it was spelled."""

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.gateways.scrub import HIDDEN, basic_credentials, scrub

NUMBER = "+4915123456713"
CODE = "042917"
TOKEN = 'tö/k+e"n &%41\\'

SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "url": lambda secret: quote(secret, safe=""),
    "url, lower case": lambda secret: quote(secret, safe="").replace("%2B", "%2b").replace("%2F", "%2f"),
    "form": quote_plus,
    "json": lambda secret: json.dumps(secret)[1:-1],
    "json, unicode": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "json, as PHP writes it": lambda secret: json.dumps(secret)[1:-1].replace("/", "\\/"),
    "json, all escaped": lambda secret: "".join(f"\\u{ord(char):04X}" for char in secret),
    "json in json": lambda secret: json.dumps(json.dumps(secret)[1:-1])[1:-1],
    "form in json": lambda secret: json.dumps({"body": urlencode({"key": secret})}),
    "html": html.escape,
    "html, all escaped": lambda secret: "".join(f"&#{ord(char)};" for char in secret),
    "json in html": lambda secret: html.escape(json.dumps(secret)),
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64, unpadded": lambda secret: base64.b64encode(secret.encode()).decode().rstrip("="),
    "base64 for URLs": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
    "base64 in a URL": lambda secret: quote(base64.b64encode(secret.encode()).decode(), safe=""),
    "bytes in Python": lambda secret: repr(secret.encode("latin-1"))[2:-1],
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("secret", [TOKEN, NUMBER, CODE, basic_credentials("user", "päss/?>")])
def test_a_secret_survives_in_no_spelling(secret: str, spelling: str) -> None:
    spelled = SPELLINGS[spelling](secret)
    assert spelled not in scrub(f"before {spelled} after", [secret])
    assert HIDDEN in scrub(f"before {spelled} after", [secret])


@pytest.mark.parametrize(
    "spelled",
    [
        "4915123456713",
        "004915123456713",
        "+49 151 23456713",
        "+49 (0)151 / 234567-13",
        "49-1512-3456-713",
        "0151 23456713",
        "15123456713",
        "%2B49%20151%2023456713",
        "&#43;49&nbsp;151&nbsp;23456713",
        "\\u002b49 151 23456713",
        '"+49","151","23456713"',
        "tel:+49-151-234-567-13",
    ],
)
def test_a_number_survives_in_no_grouping(spelled: str) -> None:
    left = scrub(f"Cannot send to {spelled}!", [NUMBER])
    assert not any(part in left for part in ("151", "234", "567", "713"))
    assert left.startswith("Cannot send to")


@pytest.mark.parametrize("number", ["+3546112345", "+2906712", "+6834321", "+12024561111"])
def test_a_short_national_number_is_hidden_too(number: str) -> None:
    national = number[4:] if number != "+12024561111" else number[2:]
    assert national[-4:] not in scrub(f"to {number[:4]} {national}, {number}", [number])


@pytest.mark.parametrize("spelled", ["042917", "42917", "042 917", "042-917", "0 4 2 9 1 7", '"042","917"'])
def test_a_code_survives_in_no_grouping(spelled: str) -> None:
    left = scrub(f"code {spelled}.", [CODE])
    assert not any(part in left for part in ("429", "917", "2 9", "9 1"))


def test_other_words_and_numbers_stay() -> None:
    text = '{"code": 21211, "message": "The \'To\' number is not valid", "status": 400}'
    assert scrub(text, [NUMBER, CODE, TOKEN]) == text


@pytest.mark.parametrize("short", ["", "a", "ab", "12"])
def test_what_is_too_short_for_a_secret_is_left(short: str) -> None:
    assert scrub("a b ab 12", [short]) == "a b ab 12"


def test_overlapping_secrets_are_hidden_as_one() -> None:
    assert scrub("xabcdefx", ["abcd", "cdef"]) == f"x{HIDDEN}x"
    assert scrub("xabcabx", ["abc", "abcab"]) == f"x{HIDDEN}x"


def test_a_secret_across_the_limit_leaves_no_half() -> None:
    text = "x" * 490 + "secret-of-twenty-chars" + "y" * 1000
    assert scrub(text, ["secret-of-twenty-chars"], 500) == "x" * 490 + HIDDEN
    assert scrub(text, [], 500) == text[:500]
    assert len(scrub("secret" * 1000, ["secret"], 500)) <= 500


def test_control_characters_become_spaces() -> None:
    assert scrub("a\x00b\x1b[31m\r\nc\td\x9b", []) == "a b [31m \nc\td "


@pytest.mark.parametrize("text", ["1" * 100_000, "1 " * 50_000, "%31" * 30_000, "\\u0031" * 20_000, "&#49;" * 20_000])
def test_of_a_long_answer_no_more_is_searched_than_is_kept(text: str) -> None:
    """However it is written: what is cut off cannot change what is left."""
    secrets = ["+1111111111111", "111111", TOKEN]
    assert scrub(text, secrets, 500) == scrub(text[:4_500], secrets, 500)


# Secrets are what people type and machines make: HTML has no escapes for control characters and non-characters.
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cn", "Cs"), exclude_characters="*"), min_size=3, max_size=40
)


@given(st.text(max_size=50), WORDS, st.text(max_size=50), st.sampled_from(sorted(set(SPELLINGS) - {"bytes in Python"})))
def test_no_secret_survives_whatever_stands_around_it(before: str, secret: str, after: str, spelling: str) -> None:
    spelled = SPELLINGS[spelling](secret)
    if spelling == "json, all escaped" and max(secret) > "\uffff":
        return  # no such spelling: four digits are not enough
    left = scrub(f"{before} {spelled} {after}", [secret])
    assert left.count(spelled) <= f"{before} {after}".count(spelled)
    assert HIDDEN in left


@given(
    st.from_regex(r"\+[1-9][0-9]{7,14}", fullmatch=True),
    st.sampled_from([" ", "&nbsp;", "%20", "\\u00a0"]),
    st.lists(st.sampled_from(["", "-", ".", "/", ") ", " (", "blank"]), min_size=15, max_size=15),
)
def test_no_number_survives_whatever_stands_between_its_digits(number: str, blank: str, marks: list[str]) -> None:
    """One answer is escaped in one way."""
    between = [blank if mark == "blank" else mark for mark in marks]
    spelled = number[:2] + "".join(mark + digit for mark, digit in zip(between, number[2:], strict=False))
    left = scrub(f"to {spelled} now", [number])
    assert not any(char.isdigit() for char in left)
    assert left.startswith("to ")
    assert left.endswith(" now")


@given(st.text(), st.lists(WORDS, max_size=3), st.integers(0, 60))
def test_a_limit_is_kept(text: str, secrets: list[str], limit: int) -> None:
    assert len(scrub(text, secrets, limit)) <= limit
