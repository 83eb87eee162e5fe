"""One event: what its action means, and its context as facts that a person can read."""

from collections.abc import Iterator, Mapping
from typing import Any

from litestar import Response
from litestar.response import Redirect
from sqlalchemy import Connection

from watchword.errors import NotFound
from watchword.model.base import ConfigObject, StageSettings
from watchword.model.input import UUID
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy
from watchword.model.snapshot import Snapshot
from watchword.storage.events import EventRow, get_event
from watchword.storage.groups import get_group
from watchword.storage.tokens import token_of
from watchword.storage.users import find_user, get_user
from watchword.web.pages.console.controls import told
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.pages.console.events import action_label, meaning
from watchword.web.pages.console.links import EVENTS, MESSAGES
from watchword.web.pages.console.people.addresses import group_url, token_url, user_url
from watchword.web.pages.console.records_shown import Known, Record
from watchword.web.pages.console.rendering import render_record
from watchword.web.pages.console.sections import page_url
from watchword.web.pages.words import moment
from watchword.web.types import WebRequest

_NAMED: dict[str, type[ConfigObject]] = {
    "stage": StageSettings,
    "policy": ExpressionPolicy,
    "mapping": NotificationWebhookMapping,
}
"""Keys of a context under which the name of an object stands."""


async def show(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    shown = await desk.services.database.read(_record, desk)
    return desk.answer(render_record(await desk.page(EVENTS, EVENTS), shown))


def _record(conn: Connection, desk: Desk) -> Record:
    pk = str(desk.request.path_params["pk"])
    event = get_event(conn, pk.lower()) if UUID.fullmatch(pk) else None
    if event is None:
        raise NotFound("There is no such event.")
    return Record(
        title=action_label(event.action),
        lede=meaning(event.action),
        told=event.message,
        facts=tuple(_facts(conn, event)),
        details=tuple(_known(conn, name, value, desk.snapshot) for name, value in event.context.items()),
    )


def _facts(conn: Connection, event: EventRow) -> Iterator[Known]:
    yield Known(label="When", text=moment(event.created, "en"))
    if event.username:
        there = get_user(conn, event.user_id) if event.user_id is not None else None
        yield Known(label="User", text=event.username, url=user_url(there.id) if there else "")
    if event.client_ip:
        yield Known(label="Address", text=event.client_ip)
    yield Known(label="Action", text=event.action, code=True)
    yield Known(label="Id", text=event.uuid, code=True)


def _known(conn: Connection, name: str, value: Any, snapshot: Snapshot) -> Known:
    """With what it is made of, where it is made of something."""
    label = name.replace("_", " ").strip()
    label = label[:1].upper() + label[1:]
    if name == "model" and isinstance(value, Mapping):
        return _object(conn, value, snapshot)
    if isinstance(value, Mapping) and value:
        return Known(label=label, parts=tuple(_known(conn, str(key), one, snapshot) for key, one in value.items()))
    if isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value):
        parts = tuple(_known(conn, str(number), one, snapshot) for number, one in enumerate(value, 1))
        return Known(label=label, parts=parts)
    return Known(label=label, text=_text(value), url=_url(conn, name, value, snapshot))


def _text(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(_text, value)) if isinstance(value, list) else str(value)


def _object(conn: Connection, value: Mapping[str, Any], snapshot: Snapshot) -> Known:
    """What an event about the configuration is about; `url` where it is still there."""
    pk, name = value.get("pk"), str(value.get("name") or value.get("pk") or "")
    kind = str(value.get("model_name") or "object")
    found = snapshot.get(pk, ConfigObject) if isinstance(pk, str) else None
    if found is None:
        return Known(label=kind.capitalize(), text=name, url=_row_url(conn, kind, pk))
    return Known(label=found.verbose_name, text=told(found, snapshot), url=page_url(found))


def _row_url(conn: Connection, kind: str, pk: Any) -> str:
    """Of somebody, a group or a token that is still there, or ""."""
    if kind == "user" and isinstance(pk, int) and not isinstance(pk, bool) and get_user(conn, pk):
        return user_url(pk)
    if kind == "group" and isinstance(pk, str) and (group := get_group(conn, pk)):
        return group_url(group)
    if kind == "token" and isinstance(pk, str) and (token := token_of(conn, pk)):
        return token_url(token)
    return ""


def _url(conn: Connection, name: str, value: Any, snapshot: Snapshot) -> str:
    """Of what the value names, or ""."""
    if name == "delivery" and isinstance(value, int):
        return f"{MESSAGES}{value}/"
    if not isinstance(value, str) or not value:
        return ""
    if name == "by":
        user = find_user(conn, username=value)
        return user_url(user.id) if user else ""
    found = snapshot.get(value.lower(), ConfigObject) if UUID.fullmatch(value) else None
    if found is None and name in _NAMED:
        found = snapshot.find(_NAMED[name], name=value)
    return page_url(found) if found else ""
