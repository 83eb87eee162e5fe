"""Sessions of browsers: everybody's own, and anybody's for superusers."""

import uuid
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from watchword.administration.sessions import end_all, end_one
from watchword.errors import FieldsInvalid, NotFound
from watchword.storage.listing import Wanted
from watchword.storage.sessions import Session, get_session, page_of_sessions
from watchword.storage.users import find_user
from watchword.web.api.call import Call
from watchword.web.api.operation import Operation, Parameter
from watchword.web.api.row_filters import NUMBER, as_number, text_filter
from watchword.web.api.row_resource import RowResource
from watchword.web.api.shapes import Moment, Uuid, described_as
from watchword.web.user_agents import browser_of, system_of

MOST_USERS = 100
"""Whose sessions are ended by one request."""


@described_as("AuthenticatedSessionUserAgentDevice")
class Device(msgspec.Struct, kw_only=True):
    """What the browser's own words tell of the machine: nothing that could be believed."""

    brand: str | None = None
    family: str = "Other"
    model: str | None = None


@described_as("AuthenticatedSessionUserAgentOs")
class System(msgspec.Struct, kw_only=True):
    family: str
    major: str | None = None
    minor: str | None = None
    patch: str | None = None
    patch_minor: str | None = None


@described_as("AuthenticatedSessionUserAgentUserAgent")
class Browser(msgspec.Struct, kw_only=True):
    family: str
    major: str = ""
    minor: str = ""
    patch: str = ""


@described_as("AuthenticatedSessionUserAgent")
class UserAgent(msgspec.Struct, kw_only=True):
    device: Device
    os: System
    user_agent: Browser
    string: str


@described_as("AuthenticatedSession")
class SessionView(msgspec.Struct, kw_only=True):
    """A session of somebody who is signed in. Where it is from is not looked up."""

    uuid: Uuid
    current: bool
    user_agent: UserAgent
    geo_ip: dict[str, Any] | None
    asn: dict[str, Any] | None
    user: int
    last_ip: str
    last_user_agent: str
    last_used: Moment
    expires: Moment


def _get(conn: Connection, call: Call) -> Session:
    number = uuid.UUID(call.uuid("uuid", "AuthenticatedSession")).int
    session = get_session(conn, number, call.services.clock()) if number < 2**63 else None
    if session is None or not call.caller.may_see(session.user_id or 0):
        raise NotFound("No AuthenticatedSession matches the given query.")
    return session


def _page(conn: Connection, call: Call, wanted: Wanted) -> tuple[int, list[Session]]:
    owners = None if call.caller.superuser else [call.caller.user.id]
    if username := call.option("user__username"):
        named = find_user(conn, username=username)
        owners = [named.id] if named and call.caller.may_see(named.id) else []
    return page_of_sessions(conn, wanted, call.services.clock(), user_ids=owners)


def _show(_: Connection, call: Call, sessions: Sequence[Session]) -> list[SessionView]:
    visit = call.caller.visit
    return [
        SessionView(
            uuid=str(uuid.UUID(int=session.id)),
            current=visit is not None and visit.session.id == session.id,
            user_agent=_user_agent(session.user_agent),
            geo_ip=None,
            asn=None,
            user=session.user_id or 0,
            last_ip=session.address,
            last_user_agent=session.user_agent,
            last_used=session.last_seen,
            expires=session.expires,
        )
        for session in sessions
    ]


def _user_agent(text: str) -> UserAgent:
    return UserAgent(
        device=Device(),
        os=System(family=system_of(text) or "Other"),
        user_agent=Browser(family=browser_of(text) or "Other"),
        string=text,
    )


def _remove(conn: Connection, call: Call, session: Session) -> None:
    end_one(conn, session, by=call.author, now=call.services.clock())


SESSIONS = RowResource[Session](
    id="core_authenticated_sessions",
    path="/core/authenticated_sessions",
    part="uuid",
    noun="session",
    name="AuthenticatedSession",
    view=SessionView,
    get=_get,
    page=_page,
    show=_show,
    access="signed_in",
    filters=(text_filter("session__last_ip", "address"), text_filter("session__last_user_agent", "user_agent")),
    orders={
        "session__last_ip": "address",
        "session__last_user_agent": "user_agent",
        "session__last_used": "last_seen",
        "expires": "expires",
    },
    order="-last_seen",
    more=(Parameter(name="user__username"),),
    remove=_remove,
)


async def _end_many(call: Call) -> None:
    texts = [text for text in call.query().get("user_pks", []) if text]
    try:
        users = [as_number(text) for text in texts]
    except ValueError as error:
        raise FieldsInvalid({"user_pks": [str(error)]}) from None
    if not 1 <= len(users) <= MOST_USERS:
        raise FieldsInvalid({"user_pks": [f"Name 1 to {MOST_USERS} users."]})

    def work(conn: Connection) -> None:
        for user_id in users:
            end_all(conn, user_id, by=call.author, now=call.services.clock())

    await call.services.database.run(work)


OPERATIONS = (
    *SESSIONS.operations(),
    Operation(
        id="core_authenticated_sessions_bulk_delete_destroy",
        method="DELETE",
        path="/core/authenticated_sessions/bulk_delete/",
        summary="End every session of some users.",
        handle=_end_many,
        query=(Parameter(name="user_pks", schema=NUMBER, help="A user; it may be repeated.", required=True),),
        status=204,
    ),
)
