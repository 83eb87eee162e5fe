"""Passwords: argon2id, never in the event loop."""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from watchword.errors import Invalid

MIN_LENGTH = 8
"""Characters (NIST SP 800-63B-4, 3.1.1.2, for a password that is one factor of two)."""

MAX_LENGTH = 1000
"""Characters. A longer one is refused without hashing, so that it costs the server nothing."""

_hasher = PasswordHasher()
# Two at once: each takes 64 MiB (RFC 9106, 4, second recommended option) and about 0.1 s of every core it gets.
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="password")


class PasswordTooLong(Invalid):
    """A password has 1,000 characters at most."""

    code = "password_too_long"


def hash_password(password: str) -> str:
    """A salted argon2id hash in the PHC string format; raises `PasswordTooLong`."""
    if len(password) > MAX_LENGTH:
        raise PasswordTooLong
    return _hasher.hash(_encoded(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password is the one that was stored.

    Without a stored hash, or with one that is not argon2's, a hash is made and thrown away: the answer takes as long,
    so that nobody can tell who has an account or a password.
    """
    if len(password) > MAX_LENGTH:
        return False
    if stored is not None:
        try:
            return _hasher.verify(stored, _encoded(password))
        except InvalidHashError:
            pass
        except VerificationError:
            return False
    _hasher.hash(_encoded(password))
    return False


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's; ask after a verification that succeeded."""
    try:
        return _hasher.check_needs_rehash(stored)
    except InvalidHashError:
        return True


async def hash_in_thread(password: str) -> str:
    """As `hash_password`; at most two run at once in a process, the rest wait."""
    return await asyncio.get_running_loop().run_in_executor(_threads, hash_password, password)


async def verify_in_thread(stored: str | None, password: str) -> bool:
    """As `verify_password`; at most two run at once in a process, the rest wait."""
    return await asyncio.get_running_loop().run_in_executor(_threads, verify_password, stored, password)


def _encoded(password: str) -> bytes:
    """NFKC, so that one password typed on two keyboards is one (NIST SP 800-63B-4, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
