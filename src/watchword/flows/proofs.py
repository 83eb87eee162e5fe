"""When somebody last proved who he is in this session: what is dangerous asks for a fresh proof."""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from watchword.flows.run import Run, Work
from watchword.storage.sessions import Session, update_session_data
from watchword.storage.users import User

Proof = Literal["password", "second_factor", "sign_in"]

FRESH = timedelta(minutes=5)

_KEYS: dict[Proof, str] = {
    "password": "password_at",
    "second_factor": "second_factor_at",
    "sign_in": "signed_in_at",
}


def is_fresh(session: Session, now: datetime) -> bool:
    """Whether somebody signed in, or gave a password or a second factor, in this session in the last five minutes."""
    times = [session.data.get(key) for key in _KEYS.values()]
    return any(isinstance(at, int) and 0 <= now.timestamp() - at < FRESH.total_seconds() for at in times)


def proof_work(run: Run, user: User, proof: Proof) -> Work:
    """Notes it in the session of whoever is signed in already; before that the execution keeps it for the sign-in."""
    visit, at = run.visit, int(run.now.timestamp())

    def work(conn: Connection) -> None:
        if visit.user is not None and visit.user.id == user.id:
            update_session_data(conn, visit.session.id, {_KEYS[proof]: at})

    return work


def proofs_at_sign_in(run: Run) -> dict[str, int]:
    """For the session that begins; what an earlier user of it proved is gone."""
    context, now = run.execution.context, int(run.now.timestamp())
    return {
        _KEYS["sign_in"]: now,
        _KEYS["password"]: now if context.password_verified else 0,
        _KEYS["second_factor"]: int(context.second_factor.get("at", 0)),
    }
