"""Codes of authenticator apps (RFC 6238): SHA-1, periods of 30 seconds, which is all that every app understands."""

import hmac
from datetime import datetime

import pyotp

from watchword.keyring import Keyring

PERIOD = 30
DRIFT = 1
"""Periods that a phone's clock may be wrong by (RFC 6238, section 5.2)."""

_PURPOSE = "totp"


def new_secret() -> str:
    """160 random bits, as base32 (RFC 4226, section 4, requirement 6)."""
    return pyotp.random_base32()


def seal_secret(keyring: Keyring, secret: str) -> bytes:
    return keyring.seal(_PURPOSE, secret.encode())


def open_secret(keyring: Keyring, sealed: bytes) -> str:
    """Raises `SettingsInvalid` where it was sealed with another key."""
    return keyring.open(_PURPOSE, sealed).decode()


def secret_sealed_anew(keyring: Keyring, sealed: bytes) -> bytes | None:
    """Under the key in force; None where it is already, or cannot be opened."""
    return keyring.sealed_anew(_PURPOSE, sealed)


def enrolment_uri(secret: str, *, digits: int, username: str, issuer: str) -> str:
    """What the QR code holds: `otpauth://totp/...` (Google Authenticator's key URI format)."""
    return pyotp.TOTP(secret, digits=digits, interval=PERIOD).provisioning_uri(name=username, issuer_name=issuer)


def matching_step(secret: str, typed: str, now: datetime, *, digits: int) -> int | None:
    """The period, counted from 1970, whose code was typed; None where it is none of the present ones."""
    totp = pyotp.TOTP(secret, digits=digits, interval=PERIOD)
    present = int(now.timestamp()) // PERIOD
    found = None
    for step in range(max(0, present - DRIFT), present + DRIFT + 1):
        # All are compared, so that the time tells nothing.
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode()):
            found = step
    return found
