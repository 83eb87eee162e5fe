"""Keyed hashes and sealed bytes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.errors import SettingsInvalid
from watchword.keyring import Keyring

SECRET = "a secret key of enough characters"
KEYRING = Keyring(SECRET)


def test_a_digest_is_64_hex_digits_and_the_same_in_every_process() -> None:
    digest = KEYRING.digest("number", "+4915123456713")
    assert re.fullmatch(r"[0-9a-f]{64}", digest)
    assert digest == Keyring(SECRET).digest("number", "+4915123456713")


def test_a_digest_is_bound_to_key_purpose_and_parts() -> None:
    digests = {
        KEYRING.digest("number", "a", "b"),
        KEYRING.digest("code", "a", "b"),
        KEYRING.digest("number", "b", "a"),
        KEYRING.digest("number", "a"),
        KEYRING.digest("number"),
        KEYRING.digest("number", "a", "b", ""),
        Keyring("another secret key of enough chars").digest("number", "a", "b"),
    }
    assert len(digests) == 7


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_parts_are_kept_apart_whatever_they_hold(one: list[str], other: list[str]) -> None:
    assert (KEYRING.digest("p", *one) == KEYRING.digest("p", *other)) == (one == other)


@pytest.mark.parametrize("other", [["a\x1fb"], ["ab"], ["", "ab"], ["a", "", "b"]])
def test_a_separator_inside_a_part_changes_nothing(other: list[str]) -> None:
    assert KEYRING.digest("p", "a", "b") != KEYRING.digest("p", *other)


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_is_sealed_opens_as_it_was(plain: bytes, purpose: str) -> None:
    assert Keyring(SECRET).open(purpose, KEYRING.seal(purpose, plain)) == plain


def test_sealed_bytes_show_nothing_and_never_repeat() -> None:
    one, other = KEYRING.seal("p", b"token-token-token"), KEYRING.seal("p", b"token-token-token")
    assert one != other
    assert one[:12] != other[:12]
    assert b"token" not in one + other


def test_bytes_sealed_for_one_purpose_do_not_open_for_another() -> None:
    with pytest.raises(SettingsInvalid):
        KEYRING.open("execution", KEYRING.seal("gateway", b"plain"))


def test_bytes_sealed_with_another_key_name_the_setting() -> None:
    sealed = Keyring("another secret key of enough chars").seal("p", b"plain")
    with pytest.raises(SettingsInvalid, match="WATCHWORD_SECRET_KEY is not the key"):
        KEYRING.open("p", sealed)


@given(st.data())
def test_no_changed_byte_goes_unnoticed(data: st.DataObject) -> None:
    sealed = bytearray(KEYRING.seal("p", b"plain"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SettingsInvalid):
        KEYRING.open("p", bytes(sealed))


@pytest.mark.parametrize("size", [0, 1, 7, 8, 11, 12, 13, 27, 28])
def test_bytes_cut_short_do_not_open(size: int) -> None:
    with pytest.raises(SettingsInvalid):
        KEYRING.open("p", KEYRING.seal("p", b"plain")[:size])


def test_the_key_id_tells_keys_apart_without_telling_the_key() -> None:
    assert re.fullmatch(r"[0-9a-f]{8}", KEYRING.key_id)
    assert KEYRING.key_id == Keyring(SECRET).key_id
    assert KEYRING.key_id != Keyring("another secret key of enough chars").key_id


def test_a_keyring_does_not_show_its_key() -> None:
    assert SECRET not in repr(KEYRING)
