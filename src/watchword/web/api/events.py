"""The audit trail. It can be read, and never changed."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from watchword.errors import NotFound
from watchword.events import ACTIONS
from watchword.storage.events import EventRow, get_event, page_of_events
from watchword.storage.listing import Wanted
from watchword.web.api.call import Call
from watchword.web.api.kinds import TypeCreate
from watchword.web.api.operation import Operation
from watchword.web.api.row_filters import RowFilter, as_text, columns_named, moment_filters, text_filter
from watchword.web.api.row_resource import RowResource
from watchword.web.api.shapes import Moment, Uuid, described_as

KNOWN_TO_CLIENTS = frozenset(
    {
        "login",
        "login_failed",
        "logout",
        "user_write",
        "suspicious_request",
        "password_set",
        "secret_view",
        "policy_execution",
        "policy_exception",
        "property_mapping_exception",
        "system_exception",
        "configuration_error",
        "model_created",
        "model_updated",
        "model_deleted",
    }
)
"""The actions that authentik has too; its clients can read no others but `custom_`."""


@described_as("Event")
class EventView(msgspec.Struct, kw_only=True):
    """One line of the audit trail. `action` is authentik's word, `custom_` where it has none; `event` is ours."""

    pk: Uuid
    user: dict[str, Any]
    action: str
    event: str
    app: str
    message: str
    context: dict[str, Any]
    client_ip: str | None
    created: Moment
    expires: Moment | None
    brand: dict[str, Any]


def _get(conn: Connection, call: Call) -> EventRow:
    event = get_event(conn, call.uuid("event_uuid", "Event"))
    if event is None:
        raise NotFound("No Event matches the given query.")
    return event


def _page(conn: Connection, _: Call, wanted: Wanted) -> tuple[int, list[EventRow]]:
    return page_of_events(conn, wanted)


def _show(_: Connection, __: Call, events: Sequence[EventRow]) -> list[EventView]:
    return [
        EventView(
            pk=event.uuid,
            user={"pk": event.user_id, "username": event.username} if event.user_id is not None else {},
            action=event.action if event.action in KNOWN_TO_CLIENTS else "custom_",
            event=event.action,
            app="watchword",
            message=event.message,
            context={"message": event.message, **event.context},
            client_ip=event.client_ip or None,
            created=event.created,
            expires=None,
            brand={},
        )
        for event in events
    ]


def _within_model(part: str) -> Any:
    return lambda text: {"model": {part: text}}


EVENTS = RowResource[EventRow](
    id="events_events",
    path="/events/events",
    part="event_uuid",
    noun="event",
    name="Event",
    view=EventView,
    get=_get,
    page=_page,
    show=_show,
    filters=(
        text_filter("action"),
        RowFilter("actions", "action", as_text, "in"),
        text_filter("username"),
        text_filter("client_ip"),
        *moment_filters("created"),
        RowFilter("context_model_app", "context", _within_model("app"), "holds"),
        RowFilter("context_model_name", "context", _within_model("model_name"), "holds"),
        RowFilter("context_model_pk", "context", _within_model("pk"), "holds"),
    ),
    orders=columns_named("created", "action", "username", "client_ip"),
    order="-created",
    has_used_by=False,
)


async def _actions(_: Call) -> list[TypeCreate]:
    return [
        TypeCreate(name=action.replace("_", " ").capitalize(), description=meaning, component=action, model_name="")
        for action, meaning in ACTIONS.items()
    ]


OPERATIONS = (
    *EVENTS.operations(),
    Operation(
        id="events_events_actions_list",
        method="GET",
        path="/events/events/actions/",
        summary="List what can be said to have happened.",
        handle=_actions,
        answer=list[TypeCreate],
    ),
)
