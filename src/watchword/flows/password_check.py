"""Whether a password is a user's, at the same cost for users that do not exist, and throttled."""

import hashlib

from watchword.errors import Invalid
from watchword.flows.limits import Limits, in_words, network_of, take_all_for_now
from watchword.flows.run import Run
from watchword.passwords import verify_in_thread
from watchword.storage.throttles import Limit, settle
from watchword.storage.users import User

PER_USER_AND_ADDRESS = Limit(10, 600)
PER_USER = Limit(50, 3600)
PER_ADDRESS = Limit(100, 600)
"""Wrong passwords allowed; the widest bound keeps a stranger from locking a user out (OWASP ASVS 5, 6.3.1)."""


class PasswordRefused(Invalid):
    """Invalid password"""

    throttled = False


class PasswordThrottled(PasswordRefused):
    """Too many wrong passwords. Please wait before you try again."""

    code = "throttled"
    throttled = True


async def check_password(run: Run, user: User | None, password: str, identifier: str) -> None:
    """Raises `PasswordRefused`, the same for a wrong password, an inactive and an unknown user."""
    limits, now = _limits(run, user, identifier), run.now
    if held := await run.services.database.run(take_all_for_now, limits, now):
        run.services.metrics.throttles.held_back(held.limit)
        await run.event("password_throttled", "Too many wrong passwords", wait_seconds=held.seconds)
        raise PasswordThrottled(f"Too many wrong passwords. Please wait {in_words(held.seconds)}.")
    right = await verify_in_thread(user.password_hash if user else None, password)
    passed = right and user is not None and user.is_active
    await run.services.database.run(settle, limits, now, counts=not passed)
    if not passed:
        await run.event("login_failed", "Wrong user name or password")
        raise PasswordRefused


def _limits(run: Run, user: User | None, identifier: str) -> Limits:
    typed = hashlib.sha256(identifier.strip().lower().encode()).hexdigest()[:32]
    who = str(user.id) if user else f"?{typed}"
    address = network_of(run.visit.address)
    return [
        (f"password:user:{who}:address:{address}", PER_USER_AND_ADDRESS),
        (f"password:user:{who}", PER_USER),
        (f"password:address:{address}", PER_ADDRESS),
    ]
