"""Ending sessions: first a page that says who is signed out, and what of theirs is lost."""

from typing import Any

from litestar import Response
from litestar.response import Redirect

from watchword.administration.sessions import end_all, end_one
from watchword.errors import NotFound
from watchword.storage.sessions import Session, get_session, sessions_of
from watchword.storage.users import User, get_user
from watchword.web.pages.answers import SIGN_IN, redirect
from watchword.web.pages.console.asking import id_of
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.pages.console.links import SESSIONS, user_url
from watchword.web.pages.console.records_shown import Ending, Known
from watchword.web.pages.console.rendering import render_ending
from watchword.web.pages.fresh import freshly_proven
from watchword.web.pages.words import browser, moment
from watchword.web.types import WebRequest

MEANS = (
    "What was begun there and not finished, such as adding a phone, is lost.",
    "Whoever knows the password, and has the second factor, can sign in again: to keep somebody out, make the user "
    "inactive.",
)
OWN = "This is the session that you are using: you are signed out at once."


async def ask_one(request: WebRequest) -> Response[Any]:
    found = await _proven(request)
    if isinstance(found, Redirect):
        return found
    desk, number = found
    session = await desk.services.database.read(get_session, number, desk.services.clock())
    owner = await desk.services.database.read(get_user, session.user_id or 0) if session else None
    if session is None or owner is None:
        raise NotFound("There is no such session. It may have ended already.")
    own = session.id == desk.visit.session.id
    ending = Ending(
        title=f"End this session of {owner.username}?",
        button="End session",
        facts=_facts(session, owner),
        means=(f"{owner.username} is signed out there at once.", *MEANS),
        own=OWN if own else "",
    )
    return await _asked(desk, ending, f"{SESSIONS}{number}/end/", SESSIONS)


async def end_this(request: WebRequest) -> Response[Any]:
    found = await _proven(request)
    if isinstance(found, Redirect):
        return found
    desk, number = found
    await desk.form()
    now = desk.services.clock()
    session = await desk.services.database.read(get_session, number, now)
    ended = session is not None and await desk.services.database.run(end_one, session, by=desk.author, now=now)
    if number == desk.visit.session.id:
        return redirect(SIGN_IN)
    return await desk.done("The session was ended." if ended else "The session had ended already.", SESSIONS)


async def ask_all(request: WebRequest) -> Response[Any]:
    found = await _proven(request, "of/")
    if isinstance(found, Redirect):
        return found
    desk, owner = found[0], await _owner(*found)
    sessions = await desk.services.database.read(sessions_of, owner.id, desk.services.clock())
    own = owner.id == desk.user.id
    others = [one for one in sessions if one.id != desk.visit.session.id]
    count = f"{len(others)} {'session' if len(others) == 1 else 'sessions'}"
    ending = Ending(
        title=f"End all {'other ' if own else ''}sessions of {owner.username}?",
        button=f"End {count}",
        facts=(Known(label="User", text=owner.username, url=user_url(owner.id)), Known(label="Ends", text=count)),
        means=(f"{owner.username} is signed out everywhere{' but here' if own else ''} at once.", *MEANS),
        own="This is you. The session that you are using goes on." if own else "",
    )
    return await _asked(desk, ending, f"{SESSIONS}of/{owner.id}/end/", f"{SESSIONS}?user={owner.id}")


async def end_every(request: WebRequest) -> Response[Any]:
    """Of oneself all but the one in use."""
    found = await _proven(request, "of/")
    if isinstance(found, Redirect):
        return found
    desk, owner = found[0], await _owner(*found)
    await desk.form()
    spared = desk.visit.session.id if owner.id == desk.user.id else None
    ended = await desk.services.database.run(end_all, owner.id, by=desk.author, now=desk.services.clock(), but=spared)
    count = "1 session was" if ended == 1 else f"{ended} sessions were"
    return await desk.done(f"{count} ended." if ended else "There was none to end.", f"{SESSIONS}?user={owner.id}")


async def _proven(request: WebRequest, below: str = "") -> tuple[Desk, int] | Redirect:
    """With the number in the address, which `below` stands before; of somebody who has just proved who he is."""
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    number = id_of(str(request.path_params["number"]))
    if number is None:
        raise NotFound("There is no such session.")
    proven = await freshly_proven(request, f"{SESSIONS}{below}{number}/end/")
    return proven if isinstance(proven, Redirect) else (desk, number)


async def _owner(desk: Desk, number: int) -> User:
    owner = await desk.services.database.read(get_user, number)
    if owner is None:
        raise NotFound("There is no such user.")
    return owner


def _facts(session: Session, owner: User) -> tuple[Known, ...]:
    return (
        Known(label="User", text=owner.username, url=user_url(owner.id)),
        Known(label="Browser", text=browser(session.user_agent)),
        Known(label="Address", text=session.address),
        Known(label="Since", text=moment(session.created, "en")),
        Known(label="Last seen", text=moment(session.last_seen, "en")),
    )


async def _asked(desk: Desk, ending: Ending, action: str, back: str) -> Response[Any]:
    return desk.answer(render_ending(await desk.page(action, back), ending))
