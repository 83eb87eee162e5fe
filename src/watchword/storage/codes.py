"""One-time codes, as keyed hashes: issued, tried a few times, used once."""

import hmac
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from watchword.storage.prepared import Prepared, given
from watchword.storage.rows import Row, first, pick
from watchword.storage.statements import lock
from watchword.storage.tables import codes

State = Literal["live", "used", "dead"]
CodeOutcome = Literal["right", "wrong", "expired", "spent", "dead"]

SKEW = timedelta(minutes=1)
"""How far the clocks of two servers may differ. A code from further ahead was issued before the clock was set back: how
old it is nobody knows, so it counts as expired.
"""


class Code(Row, frozen=True, kw_only=True):
    id: int
    purpose: str
    subject: str
    number_key: str
    code_hash: str
    created: datetime
    expires: datetime
    tries_left: int
    state: State


class Verdict(msgspec.Struct, frozen=True):
    """`spent`: no try was left; `dead`: killed, used up, or never there."""

    outcome: CodeOutcome
    tries_left: int = 0


_LIVE = codes.c.state == "live"
_USABLE = (
    codes.c.id == bindparam("this"),
    _LIVE,
    codes.c.expires > bindparam("now"),
    codes.c.created <= bindparam("latest"),
)
_OF_SUBJECT = (codes.c.purpose == bindparam("purpose"), codes.c.subject == bindparam("subject"), _LIVE)
_ISSUE = Prepared(
    insert(codes)
    .values(given("purpose", "subject", "number_key", "code_hash", "created", "expires", "tries_left", "state"))
    .returning(codes.c.id)
)
_TRY = Prepared(
    update(codes)
    .where(*_USABLE, codes.c.tries_left > 0)
    .values(tries_left=codes.c.tries_left - 1)
    .returning(codes.c.code_hash, codes.c.tries_left)
)
_CONSUME = Prepared(update(codes).where(*_USABLE).values(state="used"))
_KILL = Prepared(update(codes).where(*_OF_SUBJECT).values(state="dead"))
_TRIES_LEFT = Prepared(select(codes.c.tries_left).where(*_USABLE))


def issue_code(
    conn: Connection,
    *,
    purpose: str,
    subject: str,
    number_key: str,
    code_hash: str,
    now: datetime,
    expires: datetime,
    tries: int,
) -> int:
    """Returns the id; every live code of the same purpose and subject dies first."""
    lock(conn, "code", purpose, subject)
    kill_codes(conn, purpose, subject)
    values = {
        "purpose": purpose,
        "subject": subject,
        "number_key": number_key,
        "code_hash": code_hash,
        "created": now,
        "expires": expires,
        "tries_left": tries,
        "state": "live",
    }
    return int(_ISSUE.scalar(conn, **values))


def try_code(conn: Connection, code_id: int, code_hash: str, now: datetime, *others: str) -> Verdict:
    """`others` are hashes of the same code under keys that may have been in force when it was issued.

    Takes one try, then compares: the other way round, parallel guesses would all be compared before one counts.

    A right answer costs a try as well, and does not use the code up: `consume_code` does.
    """
    taken = _TRY.one(conn, this=code_id, now=now, latest=now + SKEW)
    if taken is None:
        return Verdict(_refusal(conn, code_id))
    right = any(hmac.compare_digest(taken["code_hash"].encode(), one.encode()) for one in (code_hash, *others))
    return Verdict("right" if right else "wrong", taken["tries_left"])


def _refusal(conn: Connection, code_id: int) -> CodeOutcome:
    code = first(conn, pick(codes, Code).where(codes.c.id == code_id), Code)
    if code is None or code.state != "live":
        return "dead"
    return "spent" if code.tries_left == 0 else "expired"


def consume_code(conn: Connection, code_id: int, now: datetime) -> bool:
    """Uses up a code that was right; False where another request did first, or it died or expired meanwhile."""
    return _CONSUME.run(conn, this=code_id, now=now, latest=now + SKEW) == 1


def kill_codes(conn: Connection, purpose: str, subject: str) -> int:
    """Returns how many were alive."""
    return _KILL.run(conn, purpose=purpose, subject=subject)


def still_live(conn: Connection, code_ids: Collection[int]) -> set[int]:
    """Of these, those neither used nor dead; they may have expired."""
    live = select(codes.c.id).where(codes.c.id.in_(code_ids), codes.c.state == "live")
    return set(conn.execute(live).scalars())


def live_code(conn: Connection, purpose: str, subject: str) -> Code | None:
    """Neither used nor dead; it may have expired, or have no try left."""
    live = (codes.c.purpose == purpose, codes.c.subject == subject, codes.c.state == "live")
    return first(conn, pick(codes, Code).where(*live).order_by(codes.c.id.desc()), Code)


def tries_left(conn: Connection, code_id: int, now: datetime) -> int:
    """0 as well for a code that can no longer be tried."""
    return _TRIES_LEFT.scalar(conn, this=code_id, now=now, latest=now + SKEW) or 0
