"""The demo's handset: the messages that the built-in demo gateway received. Served with `--demo` only."""

from typing import Any

from litestar import Response, get

from watchword.errors import NotFound
from watchword.web.pages.answers import html, page_of
from watchword.web.pages.render import render_handset, render_messages
from watchword.web.state import house_of
from watchword.web.types import WebRequest


@get("/demo/handset/")
async def handset(request: WebRequest) -> Response[Any]:
    messages = _messages(request)
    return html(render_handset(page_of(request, None, action="/demo/handset/"), messages))


@get("/demo/handset/messages")
async def handset_messages(request: WebRequest) -> Response[Any]:
    """The list alone, for the page's script."""
    return html(render_messages(_messages(request)))


def _messages(request: WebRequest) -> list[Any]:
    house = house_of(request)
    if not house.demo:
        raise NotFound
    return list(house.services.sender.inbox())
