"""Recovery codes (NIST SP 800-63B-4, 3.1.2 look-up secrets): made, read as people type them, kept only as hashes."""

import secrets
from collections.abc import Callable

from watchword.keyring import Keyring

COUNT, LENGTH = 10, 12
MIN_LENGTH = 8
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without characters that are taken for others: 12 of these 31 hold 59 bits, of which NIST asks 20."""

_GROUP = 4
_MAX_TYPED = 64


def generate(length: int = LENGTH, choose: Callable[[str], str] = secrets.choice) -> str:
    return "".join(choose(ALPHABET) for _ in range(length))


def in_groups(code: str) -> str:
    """As it is shown: `abcd-efgh-jkmn`."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def normalise(text: str) -> str | None:
    """The code without marks and in small letters; None where it cannot be one."""
    if len(text) > _MAX_TYPED:
        return None
    plain = "".join(char for char in text.lower() if char.isalnum())
    return plain if len(plain) >= MIN_LENGTH and all(char in ALPHABET for char in plain) else None


def token_hashes(keyring: Keyring, user_id: int, code: str) -> tuple[str, ...]:
    """Under every key in use: codes outlast the key that they were hashed with."""
    return keyring.digests("recovery-code", str(user_id), code)


def token_hash(keyring: Keyring, user_id: int, code: str) -> str:
    """What is kept of a code; of use only for its owner."""
    return keyring.digest("recovery-code", str(user_id), code)
