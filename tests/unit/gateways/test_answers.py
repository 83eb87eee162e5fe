"""Reading what a gateway answered: whatever it says, the administrator learns it, and nothing leaks or breaks."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.gateways.make import CODE, GENERIC, NUMBER, PASSWORD, TOKEN, TWILIO, URL_KEY, answer, message
from watchword.gateways.answers import EXCERPT, MAX_WAIT, excerpt, failure, name_in, retry_after
from watchword.gateways.errors import TRY_AGAIN

NOW = "Fri, 01 May 2026 12:00:00 GMT"
ECHO = json.dumps({"to": NUMBER, "code": CODE, "auth": TOKEN, "password": PASSWORD, "url": f"/send?key={URL_KEY}"})


def leaks(text: str) -> bool:
    return any(part in text for part in (NUMBER, NUMBER[-5:], CODE, TOKEN, PASSWORD, URL_KEY))


@pytest.mark.parametrize("body", [b'{"a": [1, "x"]}', b'  {"a": [1, "x"]}\n'])
def test_json_is_read_whatever_it_calls_itself(body: bytes) -> None:
    assert answer(200, body, content_type="text/html").json() == {"a": [1, "x"]}


@pytest.mark.parametrize(
    "body", [b"", b"OK", b"<html>", b'{"id": "x"', b'{"id": "\xff"}', b"{'id': 'x'}", b"NaN", b"[" * 500_000]
)
def test_what_is_no_json_is_nothing(body: bytes) -> None:
    assert answer(200, body).json() is None


@given(st.one_of(st.binary(max_size=200), st.text(max_size=100).map(str.encode)))
@settings(max_examples=100)
def test_no_answer_breaks_what_reads_it(body: bytes) -> None:
    said = answer(500, body)
    name_in(said.json(), ("id", "sid"), GENERIC, message())
    error = failure(said, GENERIC, message(), category="gateway")
    assert error.detail.startswith("Status 500: ")
    error.detail.encode()
    assert "\x00" not in error.detail


def test_an_answer_shows_nothing_of_what_was_said() -> None:
    assert repr(answer(200, ECHO)) == "Answer(status=200)"


def test_of_an_answer_five_hundred_characters_are_kept() -> None:
    said = "".join(chr(ord("a") + number % 26) for number in range(100_000))
    assert EXCERPT == 500
    assert excerpt(answer(200, said), TWILIO, message()) == said[:500]
    assert excerpt(answer(200, said[:500]), TWILIO, message()) == said[:500]
    assert excerpt(answer(200, b"\xe4" * 501), TWILIO, message()) == "\ufffd" * 500


@pytest.mark.parametrize("at", [0, 480, 498])
def test_an_excerpt_holds_no_number_code_or_secret_wherever_it_ends(at: int) -> None:
    assert not leaks(excerpt(answer(200, "x" * at + ECHO), GENERIC, message()))


def test_a_failure_tells_the_administrator_what_was_said_and_what_it_means() -> None:
    error = failure(
        answer(429, "slow down", retry_after="30"),
        TWILIO,
        message(),
        category="throttled",
        retry_elsewhere=True,
        hint="Twilio asks to slow down.",
        provider_code=20429,
    )
    assert error.detail == "Twilio asks to slow down. Status 429: slow down"
    assert (error.category, error.permanent, error.retry_elsewhere) == ("throttled", False, True)
    assert (error.http_status, error.provider_code, error.retry_after) == (429, 20429, 30)


def test_a_failure_holds_no_number_code_or_secret_and_tells_the_visitor_none_of_it() -> None:
    error = failure(answer(500, ECHO), GENERIC, message(), category="gateway")
    assert error.detail.startswith('Status 500: {"to": "***", "code": "***", "auth": "***"')
    assert not leaks(error.detail)
    assert str(error) == TRY_AGAIN


def test_a_failure_may_have_a_sentence_of_its_own_for_the_visitor() -> None:
    assert str(failure(answer(), TWILIO, message(), category="number", sentence="Text START.")) == "Text START."


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("0", 0),
        ("30", 30),
        (" 30 ", 30),
        ("0030", 30),
        ("86400", MAX_WAIT),
        ("86401", MAX_WAIT),
        ("9" * 5_000, MAX_WAIT),
        ("", None),
        ("-30", None),
        ("+30", None),
        ("30.5", None),
        ("30s", None),
        ("３０", None),
        ("²", None),
        ("soon", None),
    ],
)
def test_retry_after_in_seconds(said: str, seconds: int | None) -> None:
    assert retry_after(answer(429, retry_after=said, date=NOW)) == seconds


@pytest.mark.parametrize(
    ("said", "date", "seconds"),
    [
        ("Fri, 01 May 2026 12:02:00 GMT", NOW, 120),
        ("Friday, 01-May-26 12:02:00 GMT", NOW, 120),
        ("Fri, 01 May 2026 14:02:00 +0200", NOW, 120),
        # Their clock is years off, and it does not matter.
        ("Mon, 01 Jan 2001 00:00:10 GMT", "Mon, 01 Jan 2001 00:00:00 GMT", 10),
        ("Fri, 01 May 2026 11:59:59 GMT", NOW, 0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", NOW, 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", NOW, MAX_WAIT),
        ("Fri, 01 May 2026 12:02:00 GMT", "", None),
        ("Fri, 01 May 2026 12:02:00 GMT", "yesterday", None),
        ("Fri, 01 May 2026 12:02:00 -0000", NOW, None),
        ("Fri, 32 May 2026 12:02:00 GMT", NOW, None),
        ("Fri, 01 May 2026 12:02:00 +9999999999", NOW, None),
        ("Fri, 01 May 2026 12:02:00 +99999999999999999999", NOW, None),
    ],
)
def test_retry_after_as_a_date_counts_from_the_answers_own(said: str, date: str, seconds: int | None) -> None:
    assert retry_after(answer(503, retry_after=said, date=date)) == seconds


def test_an_answer_that_does_not_say_when_is_not_guessed_at() -> None:
    assert retry_after(answer(429)) is None


DATEISH = st.lists(
    st.sampled_from(
        ["Fri,", "01", "May", "2026", "26", "12:02:00", "24:61:99", "GMT", "-0000", "+99", "99999", "-", ":"]
    ),
    max_size=8,
).map(" ".join)


@given(st.one_of(DATEISH, st.text(max_size=40)), st.one_of(DATEISH, st.just(NOW), st.text(max_size=40)))
@settings(max_examples=100)
def test_no_header_breaks_what_reads_it_or_makes_anybody_wait_over_a_day(said: str, date: str) -> None:
    seconds = retry_after(answer(429, retry_after=said, date=date))
    assert seconds is None or 0 <= seconds <= MAX_WAIT


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"id": "message-1"}, "message-1"),
        ({"sid": "second", "id": "first"}, "first"),
        ({"id": "", "sid": "second"}, "second"),
        ({"id": 7, "sid": "second"}, "second"),
        ({"id": None, "sid": ["second"]}, None),
        ({"id": "x" * 200}, "x" * 200),
        ({"id": "x" * 201}, None),
        ({"id": "a\nb"}, None),
        ({"id": "a\x1b[31m"}, None),
        ({"id": "\u202eid"}, None),
        ({"id": f"to-{NUMBER}"}, None),
        ({"id": "0151 23456713"}, None),
        ({"id": f"code-{CODE}"}, None),
        ({"id": TOKEN}, None),
        ({"other": "x"}, None),
        (["id"], None),
        ("id", None),
        (None, None),
    ],
)
def test_a_name_is_short_and_plain_and_holds_no_number_code_or_secret(said: Any, name: str | None) -> None:
    assert name_in(said, ("id", "sid"), GENERIC, message()) == name
