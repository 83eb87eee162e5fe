"""Ending a session: first a page that says who is signed out, and what is lost. All of a user's are ended from the
user's page.
"""

from typing import Any

from litestar import Response

from watchword.administration.sessions import end_one
from watchword.errors import NotFound
from watchword.storage.sessions import Session, get_session
from watchword.storage.users import User, get_user
from watchword.web.pages.answers import SIGN_IN, redirect
from watchword.web.pages.console.asking import id_of
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.links import SESSIONS
from watchword.web.pages.console.people.addresses import user_url
from watchword.web.pages.console.records_shown import Ending, Known
from watchword.web.pages.console.rendering import render_ending
from watchword.web.pages.words import browser, moment

MEANS = (
    "What was begun there and not finished, such as adding a phone, is lost.",
    "Whoever has the password and the second factor can sign in again: to keep somebody out, deactivate the user.",
)
OWN = "This is the session that you are using: you are signed out at once."


async def ask(desk: Desk) -> Response[Any]:
    number, session = await _session(desk)
    owner = await desk.services.database.read(get_user, session.user_id or 0) if session else None
    if session is None or owner is None:
        raise NotFound("There is no such session. It may have ended already.")
    ending = Ending(
        title=f"End this session of {owner.username}?",
        button="End session",
        facts=_facts(session, owner),
        means=(f"{owner.username} is signed out there at once.", *MEANS),
        own=OWN if session.id == desk.visit.session.id else "",
    )
    return desk.answer(render_ending(await desk.page(f"{SESSIONS}{number}/end/", SESSIONS), ending))


async def end(desk: Desk) -> Response[Any]:
    """Of one that has ended already nothing more is said: a form may be sent twice."""
    number, session = await _session(desk)
    await desk.form()
    now = desk.services.clock()
    ended = session is not None and await desk.services.database.run(end_one, session, by=desk.author, now=now)
    if number == desk.visit.session.id:
        return redirect(SIGN_IN)
    return await desk.done("The session was ended." if ended else "The session had ended already.", SESSIONS)


async def _session(desk: Desk) -> tuple[int, Session | None]:
    """With the number that names it; raises `NotFound` where that is none."""
    number = id_of(str(desk.request.path_params["number"]))
    if number is None:
        raise NotFound("There is no such session.")
    return number, await desk.services.database.read(get_session, number, desk.services.clock())


def _facts(session: Session, owner: User) -> tuple[Known, ...]:
    return (
        Known(label="User", text=owner.username, url=user_url(owner.id)),
        Known(label="Browser", text=browser(session.user_agent)),
        Known(label="Address", text=session.address),
        Known(label="Since", text=moment(session.created, "en")),
        Known(label="Last seen", text=moment(session.last_seen, "en")),
    )
