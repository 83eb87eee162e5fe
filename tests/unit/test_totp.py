"""Codes of authenticator apps (RFC 6238)."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.errors import SettingsInvalid
from watchword.keyring import Keyring
from watchword.totp import enrolment_uri, matching_step, new_secret, open_secret, seal_secret

# RFC 6238, appendix B: the secret "12345678901234567890", and its SHA-1 codes of eight digits.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
VECTORS = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]


def at(seconds: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert matching_step(SECRET, code, at(seconds), digits=8) == seconds // 30
    assert matching_step(SECRET, code[2:], at(seconds), digits=6) == seconds // 30


@pytest.mark.parametrize(("drift", "found"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_be_one_period_off(drift: int, found: bool) -> None:
    step = matching_step(SECRET, "07081804", at(1111111109 + drift), digits=8)
    assert step == (1111111109 // 30 if found else None)


@pytest.mark.parametrize("code", ["", "9428708", "942870820", "９４２８７０８２", "94287082\n", "abc"])
def test_anything_else_is_no_code(code: str) -> None:
    assert matching_step(SECRET, code, at(59), digits=8) is None


def test_secrets_have_160_random_bits() -> None:
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    assert {len(secret) for secret in made} == {32}


@given(st.integers(60, 2**36), st.sampled_from([6, 8]), st.integers(-1, 1))
def test_a_code_of_any_time_is_known_at_that_time(moment: int, digits: int, drift: int) -> None:
    code = pyotp.TOTP(SECRET, digits=digits).generate_otp(moment // 30 + drift)
    assert matching_step(SECRET, code, at(moment), digits=digits) is not None


def test_a_secret_is_sealed_with_the_servers_key() -> None:
    keyring = Keyring("a secret key of the tests")
    sealed = seal_secret(keyring, SECRET)
    assert SECRET.encode() not in sealed
    assert open_secret(keyring, sealed) == SECRET
    with pytest.raises(SettingsInvalid):
        open_secret(Keyring("another key, as long as it"), sealed)


def test_the_uri_escapes_names() -> None:
    uri = enrolment_uri(SECRET, digits=8, username="mia & co?", issuer="sms.example.org")
    assert uri.startswith("otpauth://totp/sms.example.org:mia%20%26%20co%3F?")
    assert "digits=8" in uri
