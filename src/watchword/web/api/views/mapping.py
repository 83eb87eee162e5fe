"""Webhook mappings: by themselves, and among property mappings of all kinds."""

from collections.abc import Sequence
from typing import Any

from watchword.model.mapping import NotificationWebhookMapping
from watchword.web.api.call import Call
from watchword.web.api.views.fields import Named, fields_shown, named

COMPONENT = "ak-property-mapping-notification-form"


class MappingMore(Named, kw_only=True):
    managed: str | None


async def show_mappings(_: Call, mappings: Sequence[NotificationWebhookMapping]) -> list[dict[str, Any]]:
    return [fields_shown(mapping) for mapping in mappings]


async def show_any_mappings(_: Call, mappings: Sequence[NotificationWebhookMapping]) -> list[dict[str, Any]]:
    common = {**named(NotificationWebhookMapping, COMPONENT), "managed": None}
    return [{**fields_shown(mapping), **common} for mapping in mappings]
