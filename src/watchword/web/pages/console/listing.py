"""Lists of what can be configured: `/if/admin/stages/` and its neighbours."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from litestar import Response
from litestar.response import Redirect

from watchword.model.base import ConfigObject, StageSettings
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.prompt import Prompt
from watchword.model.snapshot import Snapshot
from watchword.model.usage import users_by_pk
from watchword.web.pages.console.control import Option
from watchword.web.pages.console.controls import told
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.pages.console.option_words import option_label
from watchword.web.pages.console.paging import last_page, pages_of
from watchword.web.pages.console.rendering import render_list
from watchword.web.pages.console.sections import Section, kind_name, page_url
from watchword.web.pages.console.shown import Listed, Row
from watchword.web.pages.numbers import page_number
from watchword.web.types import WebRequest

Users = Mapping[str, Sequence[ConfigObject]]
"""Who refers to each object, by its pk."""


async def show_list(section: Section, request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    page = await desk.page(section.url)
    return desk.answer(render_list(page, _listed(section, desk)))


def _listed(section: Section, desk: Desk) -> Listed:
    """Beyond the last page is the last one."""
    snapshot, search, wanted = desk.snapshot, desk.query("search"), desk.query("page")
    users = users_by_pk(snapshot.objects())
    found = sorted(_found(section, snapshot, users, search), key=lambda obj: told(obj, snapshot).casefold())
    number = min(page_number(wanted), last_page(len(found)))
    pages = pages_of(section.url, number, len(found), {"search": search})
    shown = found[pages.first - 1 : pages.last]
    return Listed(
        title=section.title,
        lede=section.lede,
        noun=section.noun,
        url=section.url,
        rows=tuple(Row(name=obj.called, url=page_url(obj), about=_about(obj, snapshot, users)) for obj in shown),
        makes=makes(section),
        search=search,
        pages=pages,
    )


def makes(section: Section) -> tuple[Option, ...]:
    """What can be made, by address."""
    return tuple(Option(f"{section.url}new/{kind_name(cls)}/", cls.verbose_name) for cls in section.kinds)


def _found(section: Section, snapshot: Snapshot, users: Users, search: str) -> Iterator[ConfigObject]:
    terms = search.casefold().split()
    for obj in snapshot.all(section.family):
        text = f"{told(obj, snapshot)} {_about(obj, snapshot, users)}".casefold() if terms else ""
        if all(term in text for term in terms):
            yield obj


def _about(obj: ConfigObject, snapshot: Snapshot, users: Users) -> str:
    """A line that tells it from others of its kind."""
    if isinstance(obj, Flow):
        count = len(snapshot.stage_bindings(obj.pk))
        return f"{option_label(obj.designation)} · {obj.slug} · {count} {'step' if count == 1 else 'steps'}"
    if isinstance(obj, Prompt):
        return f"{obj.field_key} · {option_label(obj.type)}"
    parts = [obj.verbose_name] if isinstance(obj, StageSettings) else []
    names = sorted({_user(user, snapshot) for user in users.get(obj.pk, ())})
    parts.append(f"used by {', '.join(names)}" if names else "not used yet")
    return " · ".join(parts)


def _user(user: ConfigObject, snapshot: Snapshot) -> str:
    """A step is known by its flow."""
    flow = snapshot.get(user.target, Flow) if isinstance(user, FlowStageBinding) else None
    return flow.called if flow else told(user, snapshot)
