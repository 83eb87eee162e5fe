"""A keyring while keys are rotated: the previous key opens and recognises, and makes nothing new."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.errors import SettingsInvalid
from watchword.keyring import KeptKey, Keyring

OLD_SECRET, NEW_SECRET = "the old key, long enough for it", "the new key, long enough for it"
OLD, NEW, BOTH = Keyring(OLD_SECRET), Keyring(NEW_SECRET), Keyring(NEW_SECRET, OLD_SECRET)


def test_it_is_named_after_the_key_in_force() -> None:
    assert BOTH.key_id == NEW.key_id
    assert BOTH.key_ids == (NEW.key_id, OLD.key_id)
    assert NEW.key_ids == (NEW.key_id,)
    assert NEW.previous_id is None


def test_a_key_that_is_its_own_previous_one_is_one_key() -> None:
    assert Keyring(NEW_SECRET, NEW_SECRET).key_ids == (NEW.key_id,)
    assert Keyring(NEW_SECRET, "").key_ids == (NEW.key_id,)


@given(st.binary(max_size=60))
def test_both_open_and_only_the_key_in_force_seals(plain: bytes) -> None:
    assert BOTH.open("p", OLD.seal("p", plain)) == plain
    assert BOTH.open("p", NEW.seal("p", plain)) == plain
    assert NEW.open("p", BOTH.seal("p", plain)) == plain
    with pytest.raises(SettingsInvalid):
        OLD.open("p", BOTH.seal("p", plain))


@given(st.binary(max_size=60))
def test_sealing_anew_moves_from_the_previous_key_and_from_nothing_else(plain: bytes) -> None:
    fresh = BOTH.sealed_anew("p", OLD.seal("p", plain))
    assert fresh is not None
    assert NEW.open("p", fresh) == plain
    for sealed in (fresh, NEW.seal("p", plain), Keyring("a third key").seal("p", plain), OLD.seal("q", plain), plain):
        assert BOTH.sealed_anew("p", sealed) is None
    assert NEW.sealed_anew("p", OLD.seal("p", plain)) is None


def test_a_digest_is_looked_for_under_every_key_the_one_in_force_first() -> None:
    assert BOTH.digests("number", "a") == (NEW.digest("number", "a"), OLD.digest("number", "a"))
    assert BOTH.digest("number", "a") == NEW.digest("number", "a")
    assert NEW.digests("number", "a") == (NEW.digest("number", "a"),)


def test_a_kept_key_recognises_for_its_purpose_alone_and_opens_nothing() -> None:
    keyring = Keyring(NEW_SECRET)
    keyring.keep([BOTH.previous_key("number")])
    assert keyring.digests("number", "a") == (NEW.digest("number", "a"), OLD.digest("number", "a"))
    assert keyring.digests("code", "a") == (NEW.digest("code", "a"),)
    with pytest.raises(SettingsInvalid):
        keyring.open("number", OLD.seal("number", b"plain"))
    assert not keyring.signed(OLD.digest("number", "a"), "number", "a")


def test_a_key_that_is_kept_and_previous_counts_once() -> None:
    keyring = Keyring(NEW_SECRET, OLD_SECRET)
    keyring.keep([BOTH.previous_key("number"), KeptKey("number", NEW.key_id, b"another")])
    assert keyring.digests("number", "a") == BOTH.digests("number", "a")


def test_without_a_previous_key_there_is_nothing_to_keep() -> None:
    with pytest.raises(ValueError, match="no previous key"):
        NEW.previous_key("number")


def test_signatures_of_either_key_count_and_of_no_other() -> None:
    assert BOTH.signed(OLD.digest("csrf", "a"), "csrf", "a")
    assert BOTH.signed(NEW.digest("csrf", "a"), "csrf", "a")
    assert not NEW.signed(OLD.digest("csrf", "a"), "csrf", "a")
    for forged in ("", "ü", Keyring("a third key").digest("csrf", "a"), OLD.digest("csrf", "b")):
        assert not BOTH.signed(forged, "csrf", "a")


def test_what_lasts_is_of_the_key_that_is_kept_for_it() -> None:
    assert BOTH.lasting_digest("uid", "7") == NEW.digest("uid", "7")
    keyring = Keyring(NEW_SECRET)
    keyring.keep([BOTH.previous_key("uid")])
    assert keyring.lasting_digest("uid", "7") == OLD.digest("uid", "7")
