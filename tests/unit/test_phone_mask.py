"""Masks and keys: what may be shown or kept of a number."""

import hashlib
import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.keyring import Keyring
from watchword.phone import mask, number_key

KEYRING = Keyring("k" * 32)
CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
ALL_HIDDEN = "••• •••••"


@pytest.mark.parametrize(
    ("e164", "masked"),
    [
        ("+4915123456713", "+49 ••• ••13"),
        ("+12024561111", "+1 ••• ••11"),
        ("+35812345678", "+358 ••• ••78"),
        ("+881612345678", "+881 ••• ••78"),
        ("+1234567", "+1 ••• ••67"),
        ("+99912345678", "+•• ••• ••78"),
    ],
)
def test_the_country_and_two_digits_are_shown(e164: str, masked: str) -> None:
    assert mask(e164) == masked


@pytest.mark.parametrize(
    "text", ["", "+", "+49", "+491234", "4915123456713", "hash:ab12", "hello", "+49 151 23", "+٤٩١٥١٢٣٤٥٦"]
)
def test_what_is_no_number_is_masked_whole(text: str) -> None:
    assert mask(text) == ALL_HIDDEN


@given(st.sampled_from(CODES), st.text(alphabet="0123456789", min_size=6, max_size=12))
def test_the_mask_tells_nothing_but_country_and_two_digits(code: int, national: str) -> None:
    shown = re.sub(r"[^0-9]", "", mask(f"+{code}{national}"))
    assert shown == f"{code}{national[-2:]}"


@given(st.sampled_from(CODES), st.integers(10**5, 10**11), st.integers(10**5, 10**11))
def test_the_mask_does_not_tell_the_length(code: int, one: int, other: int) -> None:
    assert len(mask(f"+{code}{one}")) == len(mask(f"+{code}{other}"))


@given(st.text())
def test_any_text_can_be_masked(text: str) -> None:
    assert "•••" in mask(text)


def test_one_number_has_one_key() -> None:
    assert number_key(KEYRING, "+4915123456713") == number_key(KEYRING, "+4915123456713")
    assert number_key(KEYRING, "+4915123456713") != number_key(KEYRING, "+4915123456714")


def test_the_key_is_not_a_bare_hash_and_changes_with_the_secret() -> None:
    key = number_key(KEYRING, "+4915123456713")
    assert re.fullmatch(r"[0-9a-f]{64}", key)
    assert key != hashlib.sha256(b"+4915123456713").hexdigest()
    assert key != number_key(Keyring("j" * 32), "+4915123456713")
