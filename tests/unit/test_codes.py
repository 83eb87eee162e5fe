"""Codes: made, read as typed, kept as keyed hashes."""

import re
import secrets
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword import codes
from watchword.codes import code_hash, generate, normalise, resend_wait
from watchword.keyring import Keyring

KEYRING = Keyring("k" * 32)
WHOLE = {"purpose": "enrol", "subject": "execution-1", "number_key": "n1", "code": "012345"}


@pytest.mark.parametrize("length", range(6, 11))
def test_a_code_is_that_many_digits(length: int) -> None:
    assert re.fullmatch(rf"[0-9]{{{length}}}", generate(length))


def test_six_digits_are_the_default() -> None:
    assert len(generate()) == 6


@pytest.mark.parametrize("length", [-1, 0, 1, 5, 11, 100])
def test_other_lengths_are_refused(length: int) -> None:
    with pytest.raises(ValueError, match="6 to 10"):
        generate(length)


def test_leading_zeros_are_kept() -> None:
    assert generate(8, lambda digits: digits[0]) == "00000000"


def test_every_digit_is_drawn_by_itself_from_all_ten() -> None:
    draws = iter("0918273645")
    asked: list[str] = []

    def choose(digits: str) -> str:
        asked.append(digits)
        return next(draws)

    assert generate(10, choose) == "0918273645"
    assert asked == ["0123456789"] * 10


def test_codes_come_from_the_systems_secure_source() -> None:
    assert generate.__defaults__ == (6, secrets.choice)
    assert len({generate(10) for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "typed",
    [
        "012345",
        " 012345\r\n",
        "012 345",
        "012-345",
        "0 1 2 3 4 5",
        "012\u00a0345",
        "012\u2011345",
        "\u202a012345\u202c",
        "0\u200b12345",
        "\ufeff012345",
        "\u0660\u0661\u0662\u0663\u0664\u0665",
        "\uff10\uff11\uff12\uff13\uff14\uff15",
    ],
)
def test_a_code_may_be_typed_or_pasted_in_many_ways(typed: str) -> None:
    assert normalise(typed) == "012345"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "123",
        "1" * 13,
        "12345a",
        "O12345",
        "12345\0",
        "123\n456",
        "12.345",
        "+12345",
        "12345\u00b2",
        "12345\u2460",
        "12345\ud800",
        "1" + " " * 70 + "2345",
    ],
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert normalise(typed) is None


@pytest.mark.parametrize("length", [4, 12])
def test_codes_of_other_makers_may_be_shorter_or_longer(length: int) -> None:
    assert normalise("7" * length) == "7" * length


@given(st.text())
def test_no_text_raises_and_what_comes_out_is_ascii_digits(text: str) -> None:
    code = normalise(text)
    assert code is None or re.fullmatch(r"[0-9]{4,12}", code)


@given(st.text(alphabet="0123456789", min_size=4, max_size=12))
def test_a_plain_code_is_left_as_it_is(code: str) -> None:
    assert normalise(code) == code


def test_one_code_has_one_hash() -> None:
    assert code_hash(KEYRING, **WHOLE) == code_hash(Keyring("k" * 32), **WHOLE)
    assert re.fullmatch(r"[0-9a-f]{64}", code_hash(KEYRING, **WHOLE))


@pytest.mark.parametrize("part", sorted(WHOLE))
def test_a_hash_is_bound_to_purpose_subject_number_and_code(part: str) -> None:
    assert code_hash(KEYRING, **{**WHOLE, part: "else"}) != code_hash(KEYRING, **WHOLE)


def test_a_hash_is_bound_to_the_servers_key() -> None:
    assert code_hash(Keyring("j" * 32), **WHOLE) != code_hash(KEYRING, **WHOLE)


def test_parts_cannot_be_shifted_into_each_other() -> None:
    one = {**WHOLE, "subject": "a", "number_key": "bc"}
    other = {**WHOLE, "subject": "ab", "number_key": "c"}
    assert code_hash(KEYRING, **one) != code_hash(KEYRING, **other)


@pytest.mark.parametrize(
    ("sent", "seconds"), [(-1, 0), (0, 0), (1, 30), (2, 60), (3, 120), (4, 300), (5, 300), (10**9, 300)]
)
def test_waits_grow_with_every_message_sent(sent: int, seconds: int) -> None:
    assert resend_wait(sent) == seconds


def test_the_limits_keep_to_their_sources() -> None:
    assert codes.MIN_LENGTH >= 6
    assert codes.MIN_LENGTH <= codes.LENGTH <= codes.MAX_LENGTH
    assert codes.LIFE <= codes.MAX_LIFE <= timedelta(minutes=10)
    assert codes.WRONG_IN_A_ROW <= 100
    assert codes.TRIES < codes.WRONG_PER_HOUR < codes.WRONG_IN_A_ROW


def test_a_day_of_guessing_at_one_number_hardly_ever_succeeds() -> None:
    """At the limit across codes, every hour of a day, against codes of the least length."""
    assert codes.WRONG_PER_HOUR * 24 / 10**codes.MIN_LENGTH < 0.001
