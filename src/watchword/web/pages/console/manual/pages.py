"""The pages of the manual: what there is, and a chapter."""

from typing import Any

from litestar import Response
from litestar.response import Redirect

from watchword.errors import NotFound
from watchword.web.pages.console.desk import desk_of
from watchword.web.pages.console.manual.chapters import MANUAL, NAMES, PARTS, chapter
from watchword.web.pages.console.manual.text import html_of
from watchword.web.pages.render import render
from watchword.web.types import Show, WebRequest


async def show_contents(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    parts = [(title, [chapter(name) for name in names]) for title, names in PARTS.items()]
    return desk.answer(render("admin/manual/contents.html", page=await desk.page(MANUAL), parts=parts))


async def show_chapter(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    name = str(request.path_params["name"])
    if name not in NAMES:
        raise NotFound("The manual has no such chapter.")
    page = await desk.page(MANUAL, MANUAL)
    return desk.answer(render("admin/manual/chapter.html", page=page, chapter=chapter(name), text=html_of(name)))


SHOWN: tuple[tuple[str, Show], ...] = ((MANUAL, show_contents), (f"{MANUAL}{{name:str}}/", show_chapter))
