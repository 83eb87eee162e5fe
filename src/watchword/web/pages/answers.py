"""Pages as HTTP answers."""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from litestar import Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from watchword.flows.visit import Visit
from watchword.storage.sessions import set_session_data, update_session_data
from watchword.web.pages.render import Page, render_error
from watchword.web.sessions import cookies_for, csrf_token
from watchword.web.state import house_of
from watchword.web.target import path_of
from watchword.web.types import WebRequest

HTML = "text/html"

SIGN_IN = "/flows/-/default/authentication/"


def html(body: str, *, status: int = 200, cookies: list[Cookie] | None = None) -> Response[str]:
    return Response(body, status_code=status, media_type=HTML, cookies=cookies or [])


def redirect(to: str, *, cookies: list[Cookie] | None = None) -> Redirect:
    """303: what follows is a GET, whatever was sent (RFC 9110, 15.4.4)."""
    return Redirect(to, status_code=303, cookies=cookies or [])


def with_next(path: str, next_url: str) -> str:
    """`path`, with the address to go on to afterwards, all of it: what is in there stays in there."""
    return f"{path}?next={quote(next_url, safe='/')}" if next_url else path


def page_of(
    request: WebRequest, visit: Visit | None, *, action: str, cancel_url: str = "/", notices: tuple[str, ...] = ()
) -> Page:
    house = house_of(request)
    return Page(
        host=visit.host if visit else house.proxies.host(request),
        csrf=csrf_token(house.services, visit) if visit else "",
        step=visit.step if visit else "",
        user=visit.user.username if visit and visit.user else None,
        notices=notices,
        action=action,
        cancel_url=cancel_url,
        default_region=house.services.settings.default_region or "",
    )


async def take_notices(request: WebRequest, visit: Visit) -> tuple[str, ...]:
    """What a finished flow left to be read, once."""
    notices = visit.session.data.get("notices", [])
    if notices:
        rest = {key: value for key, value in visit.session.data.items() if key != "notices"}
        await house_of(request).services.database.run(set_session_data, visit.session.id, rest)
    return tuple(str(notice) for notice in notices)


async def leave_notice(request: WebRequest, visit: Visit, notice: str) -> None:
    """To be read on the next page."""
    notices = [*visit.session.data.get("notices", []), notice]
    await house_of(request).services.database.run(update_session_data, visit.session.id, {"notices": notices})


def error_page(
    request: WebRequest, status: int, sentence: str, identity: str, headers: dict[str, str]
) -> Response[Any]:
    page = page_of(request, None, action=path_of(request))
    body = render_error(page, HTTPStatus(status).phrase, sentence, identity, status)
    return Response(body, status_code=status, media_type=HTML, headers=headers)


def answer_cookies(request: WebRequest, visit: Visit) -> list[Cookie]:
    return cookies_for(request, visit)
