"""Recovery codes: made, read as people type them, kept as hashes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.keyring import Keyring
from watchword.recovery_codes import ALPHABET, generate, in_groups, normalise, token_hash

KEYRING = Keyring("a secret key of the tests")


def test_codes_are_random_and_hold_no_character_that_is_taken_for_another() -> None:
    made = {generate() for _ in range(100)}
    assert len(made) == 100
    assert set("".join(made)) <= set(ALPHABET)
    assert not set("il1o0") & set(ALPHABET)


def test_each_character_is_drawn() -> None:
    drawn = iter("abcdefghjkmn")
    assert generate(12, lambda _: next(drawn)) == "abcdefghjkmn"


@given(st.text(ALPHABET, min_size=8, max_size=32), st.sampled_from(["", " ", "-", "  ", "–", "."]))
def test_a_code_is_read_however_it_is_grouped(code: str, mark: str) -> None:
    assert normalise(in_groups(code)) == code
    assert normalise(f" {in_groups(code).replace('-', mark).upper()} ") == code


@pytest.mark.parametrize("text", ["", "abc", "abcdefg", "abcdefgh1", "abcdefghé", "0" * 12, "a" * 65, "\x00" * 12])
def test_what_cannot_be_one_is_none(text: str) -> None:
    assert normalise(text) is None


@given(st.text())
def test_nothing_raises(text: str) -> None:
    normalise(text)


def test_a_hash_is_its_owners_and_its_servers() -> None:
    made = token_hash(KEYRING, 1, "abcdefghjkmn")
    others = {
        token_hash(KEYRING, 2, "abcdefghjkmn"),
        token_hash(KEYRING, 1, "abcdefghjkmp"),
        token_hash(Keyring("another key of the tests"), 1, "abcdefghjkmn"),
    }
    assert len(made) == 64
    assert made not in others
    assert len(others) == 3
