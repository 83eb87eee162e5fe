"""My sessions: where I am signed in, and how to end it."""

from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from watchword.storage.events import list_events, write_event
from watchword.storage.sessions import Session, end_session, end_sessions_of, sessions_of
from watchword.web.bodies import read_form
from watchword.web.csrf import check_form
from watchword.web.pages.answers import html, page_of, redirect
from watchword.web.pages.fresh import signed_in
from watchword.web.pages.render import SessionRow, render_sessions
from watchword.web.pages.words import browser
from watchword.web.sessions import cookies_for
from watchword.web.state import house_of
from watchword.web.types import WebRequest

PATH = "/if/user/sessions/"
SHOWN_EVENTS = 10


@get(PATH)
async def my_sessions(request: WebRequest) -> Response[Any]:
    found = await signed_in(request, PATH)
    if isinstance(found, Redirect):
        return found
    visit, user = found
    services = house_of(request).services
    live = await services.database.read(sessions_of, user.id, services.clock())
    rows = [_row(session, visit.session) for session in live]
    page = page_of(request, visit, action=f"{PATH}end", cancel_url="/if/user/")
    events = await services.database.read(list_events, user_id=user.id, limit=SHOWN_EVENTS)
    return html(render_sessions(page, rows, events), cookies=cookies_for(request, visit))


@post(f"{PATH}end")
async def end_sessions(request: WebRequest) -> Response[Any]:
    """One by its id, or with `others` all but this one. Somebody else's is left alone, and nothing is said of it."""
    found = await signed_in(request, PATH)
    if isinstance(found, Redirect):
        return found
    visit, user = found
    form = await read_form(request)
    check_form(request, visit, form)
    services = house_of(request).services
    if form.get("others"):
        await services.database.run(end_sessions_of, user.id, but=visit.session.id)
    else:
        live = await services.database.read(sessions_of, user.id, services.clock())
        for session in live:
            if str(session.id) == form.get("session"):
                await services.database.run(end_session, session.id)
    await services.database.run(
        write_event,
        action="logout",
        now=services.clock(),
        user=user,
        message="A session was ended from another one",
        client_ip=visit.address,
    )
    return redirect(PATH)


def _row(session: Session, own: Session) -> SessionRow:
    return SessionRow(
        id=str(session.id),
        browser=browser(session.user_agent),
        address=session.address,
        since=session.created,
        last_seen=session.last_seen,
        is_this=session.id == own.id,
    )
