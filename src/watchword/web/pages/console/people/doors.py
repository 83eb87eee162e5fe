"""How a request gets to a page about people: with a superuser at the desk and, for what is dangerous, a fresh proof."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response
from litestar.response import Redirect

from watchword.flows.executor import REAUTHENTICATE
from watchword.flows.proofs import is_fresh
from watchword.web.pages.answers import redirect, with_next
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.target import path_of, query_of
from watchword.web.types import Show, WebRequest

Work = Callable[[Desk], Awaitable[Response[Any]]]


def at_desk(work: Work) -> Show:
    async def show(request: WebRequest) -> Response[Any]:
        desk = await desk_of(request)
        return desk if isinstance(desk, Redirect) else await work(desk)

    return show


def proven(work: Work) -> Show:
    """Leads whoever has not proved for five minutes who he is to that, and from there to the page: never to one that
    does something.
    """

    async def show(request: WebRequest) -> Response[Any]:
        desk = await desk_of(request)
        if isinstance(desk, Redirect):
            return desk
        return await work(desk) if freshly(desk) else redirect(way_to_prove(request))

    return show


def freshly(desk: Desk) -> bool:
    return is_fresh(desk.visit.session, desk.services.clock())


def way_to_prove(request: WebRequest) -> str:
    path = path_of(request).rstrip("/") + "/"
    asked = query_of(request) if request.method == "GET" else ""
    return with_next(REAUTHENTICATE, f"{path}?{asked}" if asked else path)
