"""When somebody last proved who he is in this session: what is dangerous asks for a fresh proof."""

from datetime import datetime, timedelta
from typing import Any, Literal

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


_DEVICE = "second_factor_device"


def proven_with(session: Session, now: datetime) -> str | None:
    """The device, as `sms:7`, that gave a second factor in this session in the last five minutes."""
    at = session.data.get(_KEYS["second_factor"])
    return session.data.get(_DEVICE) if _is_recent(at, now) else None


def is_fresh(session: Session, now: datetime) -> bool:
    """Whether somebody signed in, or gave a password or a second factor, in this session in the last five minutes."""
    times = [session.data.get(key) for key in _KEYS.values()]
    return any(_is_recent(at, now) for at in times)


def _is_recent(at: object, now: datetime) -> bool:
    return isinstance(at, int) and 0 <= now.timestamp() - at < FRESH.total_seconds()


def is_proven(run: Run, user: User) -> bool:
    """Whether this run has any proof that its visitor is this user; a name that was only typed is none."""
    context, visitor = run.execution.context, run.visit.user
    if context.password_verified or context.second_factor or not context.pending_user_identifier:
        return True
    return visitor is not None and visitor.id == user.id


def proof_work(run: Run, user: User, proof: Proof, device: str = "") -> Work:
    """Notes it in the session of whoever is signed in already; before that the execution keeps it for the sign-in.

    `device` is the one that gave a second factor, as `sms:7`.
    """
    visit, at = run.visit, int(run.now.timestamp())

    def work(conn: Connection) -> None:
        if visit.user is not None and visit.user.id == user.id:
            given = {_DEVICE: device} if proof == "second_factor" else {}
            update_session_data(conn, visit.session.id, {_KEYS[proof]: at, **given})

    return work


def proofs_of_password(now: datetime) -> dict[str, Any]:
    """For the session of somebody who has just given his password, and nothing else."""
    at = int(now.timestamp())
    return {_KEYS["sign_in"]: at, _KEYS["password"]: at, _KEYS["second_factor"]: 0, _DEVICE: ""}


def proofs_at_sign_in(run: Run) -> dict[str, Any]:
    """For the session that begins; what an earlier user of it proved is gone."""
    context, now = run.execution.context, int(run.now.timestamp())
    return {
        _KEYS["sign_in"]: now,
        _KEYS["password"]: now if context.password_verified else 0,
        _KEYS["second_factor"]: int(context.second_factor.get("at", 0)),
        _DEVICE: (context.used_devices or [""])[-1],
    }
