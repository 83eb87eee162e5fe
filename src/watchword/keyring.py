"""Keys, and what is done with them: keyed hashes and sealed (encrypted and authenticated) bytes.

One secret key from the settings gives a key for each purpose by HKDF (RFC 5869), so that a value sealed for one
purpose can never be opened for another.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from watchword.errors import SettingsInvalid

_NONCE_BYTES = 12
_SEPARATOR = b"\x1f"


class KeptKey(NamedTuple):
    """The key of one purpose, derived from a secret key that is in force no more: for hashes that nobody can make anew,
    as nobody has what was hashed.
    """

    purpose: str
    key_id: str
    key: bytes


class Keyring:
    """The keys derived from one secret key; `key_id` (8 hex digits) is stored beside what they made.

    While keys are rotated there is a second secret key, `previous`: what it sealed is opened and what it hashed is
    recognised, but nothing new is made with it.
    """

    def __init__(self, secret_key: str, previous: str | None = None) -> None:
        self.key_id = _id_of(secret_key)
        second = previous if previous and previous != secret_key else None
        self.previous_id = _id_of(second) if second else None
        self._roots = [root.encode() for root in (secret_key, second) if root]
        self._kept: dict[str, dict[str, bytes]] = {}
        self._derived = cache(self._derive)
        self._cipher = cache(self._ciphered)

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Of the secret keys: that in force, then the previous one."""
        return (self.key_id, self.previous_id) if self.previous_id else (self.key_id,)

    def keep(self, keys: Iterable[KeptKey]) -> None:
        """Recognises what these keys hashed, too."""
        for kept in keys:
            self._kept.setdefault(kept.purpose, {})[kept.key_id] = kept.key

    def previous_key(self, purpose: str) -> KeptKey:
        """What is to be kept of the previous secret key; raises ValueError where there is none."""
        if self.previous_id is None:
            raise ValueError("There is no previous key.")
        return KeptKey(purpose, self.previous_id, self._derived(purpose, 1))

    def _derive(self, purpose: str, which: int = 0) -> bytes:
        hkdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=b"watchword", info=purpose.encode())
        return hkdf.derive(self._roots[which])

    def _ciphered(self, purpose: str, which: int) -> AESGCM:
        return AESGCM(self._derived(purpose, which))

    def digest(self, purpose: str, *parts: str) -> str:
        """HMAC-SHA256 as 64 hex digits over the parts, each of which is kept apart from its neighbours."""
        return _hmac(self._derived(purpose, 0), parts)

    def digests(self, purpose: str, *parts: str) -> tuple[str, ...]:
        """Under every key that may have been used: the one in force first, which is used for what is stored anew."""
        keys = {key_id: self._derived(purpose, which) for which, key_id in enumerate(self.key_ids)}
        for key_id, kept in self._kept.get(purpose, {}).items():
            keys.setdefault(key_id, kept)
        return tuple(_hmac(key, parts) for key in keys.values())

    def lasting_digest(self, purpose: str, *parts: str) -> str:
        """The same whatever keys came after the first one, which is kept."""
        kept = self._kept.get(purpose)
        return _hmac(next(iter(kept.values())), parts) if kept else self.digest(purpose, *parts)

    def signed(self, signature: str, purpose: str, *parts: str) -> bool:
        """Whether a digest that came from outside is ours, of the key in force or of the previous one."""
        ours = [_hmac(self._derived(purpose, which), parts) for which in range(len(self._roots))]
        return any(hmac.compare_digest(one.encode(), signature.encode()) for one in ours)

    def seal(self, purpose: str, plain: bytes) -> bytes:
        """AES-256-GCM with a random 96-bit nonce in front (NIST SP 800-38D)."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher(purpose, 0).encrypt(nonce, plain, purpose.encode())

    def open(self, purpose: str, sealed: bytes) -> bytes:
        """Raises `SettingsInvalid` where the bytes were sealed with another key, or changed."""
        for which in range(len(self._roots)):
            if (plain := self._open(purpose, sealed, which)) is not None:
                return plain
        raise SettingsInvalid(
            "A stored secret cannot be opened: WATCHWORD_SECRET_KEY is not the key it was stored with."
        )

    def sealed_anew(self, purpose: str, sealed: bytes) -> bytes | None:
        """None where the key in force sealed it, or none of ours did."""
        if len(self._roots) == 1 or self._open(purpose, sealed, 0) is not None:
            return None
        plain = self._open(purpose, sealed, 1)
        return None if plain is None else self.seal(purpose, plain)

    def _open(self, purpose: str, sealed: bytes, which: int) -> bytes | None:
        nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._cipher(purpose, which).decrypt(nonce, body, purpose.encode())
        except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
            return None


def _id_of(secret_key: str) -> str:
    return hashlib.sha256(b"watchword key id\x00" + secret_key.encode()).hexdigest()[:8]


def _hmac(key: bytes, parts: Iterable[str]) -> str:
    message = _SEPARATOR.join(hashlib.sha256(part.encode()).digest() for part in parts)
    return hmac.digest(key, message, "sha256").hex()
