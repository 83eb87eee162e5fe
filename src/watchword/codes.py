"""One-time codes: made, read as visitors type them, and kept only as keyed hashes.

The limits are here in one place, with their sources: NIST SP 800-63B-4 (3.1.3.2 out-of-band verifiers, 3.2.2 rate
limiting) and OWASP ASVS 5.0 (6.5 and 6.6).
"""

import secrets
import unicodedata
from collections.abc import Callable
from datetime import timedelta

from watchword.keyring import Keyring

LENGTH = 6
"""Digits of a code by default: NIST 3.1.3.2 asks for six at least, ASVS 6.5.4 for 20 bits."""
MIN_LENGTH, MAX_LENGTH = 6, 10
LIFE = timedelta(minutes=5)
"""How long a code lives by default."""
MAX_LIFE = timedelta(minutes=10)
"""How long it may live at most (NIST 3.1.3.2, ASVS 6.5.5)."""
TRIES = 5
"""Tries at one code, before it is dead (ASVS 6.6.3)."""
WRONG_PER_HOUR = 10
"""Wrong tries an hour for a number or a user, across codes: without it a resend would buy fresh tries (ASVS 6.6.3)."""
WRONG_IN_A_ROW = 100
"""Wrong tries with no right one between them, before a device is disabled (NIST 3.2.2)."""
SENDS_PER_DAY = 5
"""Messages a day to one number by default: what SMS pumping pays for is many."""
RESEND_WAITS = (30, 60, 120, 300)
"""Seconds to wait after the first, second, ... message that was sent; the last one repeats."""

_DIGITS = "0123456789"
_TYPED_LENGTHS = range(4, 13)
_MAX_TYPED = 64


def generate(length: int = LENGTH, choose: Callable[[str], str] = secrets.choice) -> str:
    """`length` digits, leading zeros kept, each drawn by `choose`; raises ValueError outside 6 to 10."""
    if not MIN_LENGTH <= length <= MAX_LENGTH:
        raise ValueError(f"A code has {MIN_LENGTH} to {MAX_LENGTH} digits.")
    return "".join(choose(_DIGITS) for _ in range(length))


def normalise(text: str) -> str | None:
    """The ASCII digits of what a visitor typed or pasted, or None where it cannot be a code of 4 to 12 digits.

    Spaces, dashes and invisible marks fall away, and digits of other scripts count.
    """
    text = text.strip()
    if len(text) > _MAX_TYPED:
        return None
    digits = ""
    for char in text:
        if char.isdecimal():
            digits += str(unicodedata.decimal(char))
        elif unicodedata.category(char) not in {"Zs", "Cf", "Pd"}:
            return None
    return digits if len(digits) in _TYPED_LENGTHS else None


def code_hash(keyring: Keyring, *, purpose: str, subject: str, number_key: str, code: str) -> str:
    """What is kept of a code: 64 hex digits, of use only for one purpose, one subject and one number.

    `subject` is the execution or the device that asked for it (ASVS 6.6.2). Keyed, because a million codes are
    hashed in a second. Compare with `hmac.compare_digest`, or let the database look it up.
    """
    return keyring.digest("code", purpose, subject, number_key, code)


def code_hashes(keyring: Keyring, *, purpose: str, subject: str, number_key: str, code: str) -> tuple[str, ...]:
    """The same under every key in use: a key may be rotated while a code is on its way."""
    return keyring.digests("code", purpose, subject, number_key, code)


def resend_wait(sent: int) -> int:
    """Seconds until another message may be sent, after `sent` were sent with success; none before the first."""
    if sent <= 0:
        return 0
    return RESEND_WAITS[min(sent, len(RESEND_WAITS)) - 1]
