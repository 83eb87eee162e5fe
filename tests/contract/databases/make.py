"""Rows to begin a test with; what a test is about, it says itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from watchword.storage.codes import issue_code
from watchword.storage.devices import SMSDevice, create_device
from watchword.storage.executions import ExecutionRow, start_execution
from watchword.storage.sessions import Session, create_session
from watchword.storage.users import User, create_user

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
STAGE, OTHER_STAGE = "stage-1", "stage-2"
RIGHT, WRONG = "a" * 64, "b" * 64


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def make_user(conn: Connection, /, username: str = "mia", **values: Any) -> User:
    return create_user(conn, username=username, now=NOW, **values)


def make_session(conn: Connection, /, token_hash: str = "t" * 64, **values: Any) -> Session:
    return create_session(conn, **{"token_hash": token_hash, "now": NOW, "expires": after(3600), **values})


def make_execution(conn: Connection, /, session_id: int, **values: Any) -> ExecutionRow:
    given = {"id": "e" * 32, "flow_pk": "flow", "state": b"sealed", "now": NOW, "expires": after(3600)}
    return start_execution(conn, session_id=session_id, **{**given, **values})


def make_code(conn: Connection, /, **values: Any) -> int:
    given = {"purpose": "enrol", "subject": "run-1", "number_key": "n" * 64, "code_hash": RIGHT}
    return issue_code(conn, **{**given, "now": NOW, "expires": after(300), "tries": 5, **values})


def make_device(conn: Connection, /, user_id: int, number: str = "+4917612345678", **values: Any) -> SMSDevice:
    given = {
        "stage_pk": STAGE,
        "phone_number": number,
        "number_key": f"key of {number}",
        "key_id": "k1",
        "masked": "+49 ••• ••78",
        "hashed": False,
        "confirmed": True,
        "max_devices": 0,
        "now": NOW,
    }
    return create_device(conn, user_id=user_id, **{**given, **values})


def make_hashed(conn: Connection, /, user_id: int, number: str = "+4917612345678", **values: Any) -> SMSDevice:
    hidden = {"phone_number": None, "masked": "", "hashed": True, "number_key": f"key of {number}"}
    return make_device(conn, user_id, **{**hidden, **values})
