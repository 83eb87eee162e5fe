"""One-time codes, as keyed hashes: issued, tried a few times, used once."""

import hmac
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, insert, select, update

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
    return int(conn.execute(insert(codes).values(values).returning(codes.c.id)).scalar_one())


def try_code(conn: Connection, code_id: int, code_hash: str, now: datetime, *others: str) -> Verdict:
    """`others` are hashes of the same code under keys that may have been in force when it was issued.

    Takes one try, then compares: the other way round, parallel guesses would all be compared before one counts.

    A right answer costs a try as well, and does not use the code up: `consume_code` does.
    """
    taking = (
        update(codes)
        .where(codes.c.id == code_id, codes.c.state == "live", codes.c.tries_left > 0, *_in_time(now))
        .values(tries_left=codes.c.tries_left - 1)
        .returning(codes.c.code_hash, codes.c.tries_left)
    )
    taken = conn.execute(taking).first()
    if taken is None:
        return Verdict(_refusal(conn, code_id))
    right = any(hmac.compare_digest(taken.code_hash.encode(), one.encode()) for one in (code_hash, *others))
    return Verdict("right" if right else "wrong", taken.tries_left)


def _in_time(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return codes.c.expires > now, codes.c.created <= now + SKEW


def _refusal(conn: Connection, code_id: int) -> CodeOutcome:
    code = first(conn, pick(codes, Code).where(codes.c.id == code_id), Code)
    if code is None or code.state != "live":
        return "dead"
    return "spent" if code.tries_left == 0 else "expired"


def consume_code(conn: Connection, code_id: int, now: datetime) -> bool:
    """Uses up a code that was right; False where another request did first, or it died or expired meanwhile."""
    usable = (codes.c.id == code_id, codes.c.state == "live", *_in_time(now))
    return conn.execute(update(codes).where(*usable).values(state="used")).rowcount == 1


def kill_codes(conn: Connection, purpose: str, subject: str) -> int:
    """Returns how many were alive."""
    live = (codes.c.purpose == purpose, codes.c.subject == subject, codes.c.state == "live")
    return conn.execute(update(codes).where(*live).values(state="dead")).rowcount


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
    usable = (codes.c.id == code_id, codes.c.state == "live", *_in_time(now))
    return conn.execute(select(codes.c.tries_left).where(*usable)).scalar() or 0
