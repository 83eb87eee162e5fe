"""Keys, and what is done with them: keyed hashes and sealed (encrypted and authenticated) bytes.

One secret key from the settings gives a key for each purpose by HKDF (RFC 5869), so that a value sealed for one
purpose can never be opened for another.
"""

import hashlib
import hmac
import secrets
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from watchword.errors import SettingsInvalid

_NONCE_BYTES = 12
_SEPARATOR = b"\x1f"


class Keyring:
    """The keys derived from one secret key; `key_id` (8 hex digits) is stored beside what they made."""

    def __init__(self, secret_key: str) -> None:
        self._root = secret_key.encode()
        self.key_id = hashlib.sha256(b"watchword key id\x00" + self._root).hexdigest()[:8]
        self._derived = cache(self._derive)

    def _derive(self, purpose: str) -> bytes:
        return HKDF(algorithm=hashes.SHA256(), length=32, salt=b"watchword", info=purpose.encode()).derive(self._root)

    def digest(self, purpose: str, *parts: str) -> str:
        """HMAC-SHA256 as 64 hex digits over the parts, each of which is kept apart from its neighbours."""
        message = _SEPARATOR.join(hashlib.sha256(part.encode()).digest() for part in parts)
        return hmac.new(self._derived(purpose), message, hashlib.sha256).hexdigest()

    def seal(self, purpose: str, plain: bytes) -> bytes:
        """AES-256-GCM with a random 96-bit nonce in front (NIST SP 800-38D)."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self._derived(purpose)).encrypt(nonce, plain, purpose.encode())

    def open(self, purpose: str, sealed: bytes) -> bytes:
        """Raises `SettingsInvalid` where the bytes were sealed with another key, or changed."""
        nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return AESGCM(self._derived(purpose)).decrypt(nonce, body, purpose.encode())
        except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
            raise SettingsInvalid(
                "A stored secret cannot be opened: WATCHWORD_SECRET_KEY is not the key it was stored with."
            ) from None
