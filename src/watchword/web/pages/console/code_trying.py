"""An expression is tried as it stands in its form, which is shown again with what came of it."""

from typing import Any

from litestar import Response
from litestar.response import Redirect

from watchword.errors import NotFound
from watchword.web.pages.answers import redirect
from watchword.web.pages.console.code_trials import KINDS, try_typed
from watchword.web.pages.console.desk import desk_of
from watchword.web.pages.console.editing import edit_form, kind_asked_for, new_form
from watchword.web.pages.console.sections import Section, edit_url, new_url
from watchword.web.pages.console.typed import typed
from watchword.web.types import WebRequest

PLACE = "#try"


async def show_new(section: Section, request: WebRequest) -> Response[Any]:
    """The form itself."""
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    return redirect(f"{new_url(section, kind_asked_for(section, request))}{PLACE}")


async def try_new(section: Section, request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    cls, form = kind_asked_for(section, request), await desk.form()
    if cls not in KINDS:
        raise NotFound("There is nothing to try of this.")
    tried = await try_typed(desk, cls, form)
    return await new_form(desk, section, cls, typed(cls, form), {}, form, tried)


async def show_saved(section: Section, request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    return desk if isinstance(desk, Redirect) else redirect(f"{edit_url(desk.find(section))}{PLACE}")


async def try_saved(section: Section, request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    found, form = desk.find(section), await desk.form()
    tried = await try_typed(desk, type(found), form)
    return await edit_form(desk, section, found, typed(type(found), form), {}, form, tried)
