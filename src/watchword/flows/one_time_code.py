"""One-time codes in use: issued for one purpose, subject and number; tried under the limits of the design.

A code is tried in one transaction: the tries of the code, and the wrong tries an hour of its number and of its
user, are held before the comparison, so that no number of parallel guesses gets past any of them.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection

from watchword.clock import seconds_until
from watchword.codes import WRONG_PER_HOUR, code_hash, code_hashes
from watchword.flows.limits import Held, Limits, find_room
from watchword.flows.run import Run, Work
from watchword.metrics.codes import CodeState
from watchword.storage.codes import SKEW, consume_code, issue_code, kill_codes, try_code
from watchword.storage.deliveries import confirm_delivery
from watchword.storage.throttles import Limit, hit

WRONG = Limit(WRONG_PER_HOUR, 3600)


def nothing(_: Connection) -> None:
    """The work of who has none."""


class IssuedCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code as an execution remembers it: never the code itself."""

    id: int
    purpose: str
    subject: str
    number_key: str
    expires: datetime
    created: datetime | None = None
    country: str | None = ""
    """Of the number, as ISO 3166-1 has it; None where nobody gets the message, and metrics say nothing of it."""

    def seconds_left(self, now: datetime) -> int:
        """0 as well where the clock was set back since it was made."""
        return 0 if self.created and self.created > now + SKEW else seconds_until(self.expires, now)


class Verdict(msgspec.Struct, frozen=True):
    outcome: Literal["right", "wrong", "expired", "spent", "dead", "throttled"]
    tries_left: int = 0
    wait: int = 0
    """Seconds, where `throttled`."""
    limit: str = ""
    """By which limit, where `throttled`."""


class NewCode(msgspec.Struct, frozen=True, kw_only=True):
    """Drawn, and not issued yet. Older ones stay alive until `kill`: a send may fail yet."""

    code: str
    code_hash: str
    purpose: str
    subject: str
    number_key: str
    drawn: datetime
    expires: datetime
    tries: int
    country: str | None

    def __repr__(self) -> str:
        return f"NewCode(purpose={self.purpose!r})"

    def issue(self, conn: Connection) -> IssuedCode:
        """How to check it later; once this is committed, metrics are to be told with `issued`."""
        what: dict[str, Any] = {"purpose": self.purpose, "subject": self.subject, "number_key": self.number_key}
        code_id = issue_code(
            conn, **what, code_hash=self.code_hash, now=self.drawn, expires=self.expires, tries=self.tries
        )
        return IssuedCode(id=code_id, **what, created=self.drawn, expires=self.expires, country=self.country)


def draw(
    run: Run, *, purpose: str, number_key: str, length: int, life: timedelta, tries: int, country: str | None
) -> NewCode:
    """`country` as `IssuedCode` has it."""
    code, subject = run.services.new_code(length), f"{run.execution.id}:{secrets.token_hex(8)}"
    bound = {"purpose": purpose, "subject": subject, "number_key": number_key}
    return NewCode(
        code=code,
        code_hash=code_hash(run.services.keyring, **bound, code=code),
        **bound,
        drawn=run.now,
        expires=run.now + life,
        tries=tries,
        country=country,
    )


def issued(run: Run, issued: IssuedCode) -> None:
    """To be told once the transaction of `NewCode.issue` has been committed."""
    if issued.country is not None:
        run.services.metrics.codes.issued(issued.id, issued.purpose, issued.country, issued.expires)


async def kill(run: Run, issued: IssuedCode | None, why: Literal["replaced", "unsent"]) -> None:
    """One whose life is over is left as it is: nobody can use it, and it counts as expired."""
    if issued and issued.expires > run.now:
        await run.services.database.run(kill_codes, issued.purpose, issued.subject)
        _ended(run, issued, why)


def confirmed(run: Run, issued: IssuedCode) -> None:
    """To be told once the transaction of `consume` has been committed."""
    _ended(run, issued, "confirmed")


def replaced(run: Run, issued: IssuedCode) -> None:
    """To be told once the transaction that killed it has been committed."""
    _ended(run, issued, "replaced")


def unsent(run: Run, issued: IssuedCode) -> None:
    """For a code that stays as it is, though nobody got it."""
    _ended(run, issued, "unsent")


def _ended(run: Run, issued: IssuedCode, state: CodeState) -> None:
    if issued.country is not None:
        run.services.metrics.codes.ended(issued.id, issued.purpose, issued.country, state)


async def check(run: Run, issued: IssuedCode, typed: str, *, on_wrong: Work = nothing) -> Verdict:
    """Takes one try. A right code is not consumed yet: `consume` does it together with what it proves. `on_wrong` is
    done in the transaction that finds the code wrong.
    """
    hashed = code_hashes(
        run.services.keyring,
        purpose=issued.purpose,
        subject=issued.subject,
        number_key=issued.number_key,
        code=typed,
    )
    user = await run.user()
    limits = [(f"wrong:number:{issued.number_key}", WRONG)]
    if user:
        limits.append((f"wrong:user:{user.id}", WRONG))
    verdict = await run.services.database.run(_check, limits, issued.id, hashed, on_wrong, run.now)
    run.services.metrics.codes.tried(issued.purpose, verdict.outcome)
    if verdict.limit:
        run.services.metrics.throttles.held_back(verdict.limit)
    return verdict


def _check(
    conn: Connection, limits: Limits, code_id: int, hashed: tuple[str, ...], on_wrong: Work, now: datetime
) -> Verdict:
    rooms = find_room(conn, limits, now)
    if isinstance(rooms, Held):
        return Verdict("throttled", wait=rooms.seconds, limit=rooms.limit)
    verdict = try_code(conn, code_id, hashed[0], now, *hashed[1:])
    if verdict.outcome == "wrong":
        hit(conn, rooms, now)
        on_wrong(conn)
    return Verdict(verdict.outcome, verdict.tries_left)


def consume(conn: Connection, issued: IssuedCode, now: datetime) -> bool:
    """Uses a right code up, and notes that its message arrived; False where another request did so first."""
    if not consume_code(conn, issued.id, now):
        return False
    confirm_delivery(conn, issued.id, now)
    return True
