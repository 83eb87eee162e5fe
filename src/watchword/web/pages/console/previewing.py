"""Previews while somebody types: a part of the page for its script, or the whole page with all that was typed."""

from typing import Any

from litestar import Response
from litestar.response import Redirect

from watchword.errors import NotFound
from watchword.model.base import ConfigObject
from watchword.web.pages.answers import redirect
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.pages.console.editing import edit_form, kind_asked_for, new_form
from watchword.web.pages.console.onward import purpose_of
from watchword.web.pages.console.previews import preview_of
from watchword.web.pages.console.rendering import render_preview
from watchword.web.pages.console.sections import Section, edit_url, new_url
from watchword.web.pages.console.typed import typed
from watchword.web.types import WebRequest

PART = "x-watchword-part"
"""The header by which the script asks for the preview alone."""


async def of_new(section: Section, request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    cls, form = kind_asked_for(section, request), await desk.form()
    given = typed(cls, form)
    where = purpose_of(desk, form).flow
    return await _part(desk, cls, given, where) or await new_form(desk, section, cls, given, {}, form)


async def of_existing(section: Section, request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    found, form = desk.find(section), await desk.form()
    given = typed(type(found), form)
    return await _part(desk, type(found), given, found.pk) or await edit_form(desk, section, found, given, {}, form)


async def _part(desk: Desk, cls: type[ConfigObject], given: dict[str, Any], where: str) -> Response[Any] | None:
    """None where the whole page is asked for. Raises `NotFound` for what has no preview."""
    if PART not in desk.request.headers:
        return None
    preview = await preview_of(desk, cls, given, "", where)
    if preview is None:
        raise NotFound("There is nothing to see of this.")
    return desk.answer(render_preview(preview))


async def back_to_new(section: Section, request: WebRequest) -> Response[Any]:
    """Whoever comes to the address of a preview again finds the form."""
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    return redirect(new_url(section, kind_asked_for(section, request)))


async def back_to_existing(section: Section, request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    return desk if isinstance(desk, Redirect) else redirect(edit_url(desk.find(section)))
