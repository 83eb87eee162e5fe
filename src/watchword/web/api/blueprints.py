"""Blueprints: kept to be applied again, or applied once."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection

from watchword.administration import blueprints as deeds
from watchword.administration.blueprints import outline, require_instance, text_of
from watchword.blueprints.instances import SUFFIX, InstanceForm
from watchword.blueprints.shipped_files import shipped_names, shipped_text
from watchword.clock import Clock
from watchword.errors import FieldsInvalid
from watchword.storage.blueprint_instances import BlueprintInstance, page_of_instances
from watchword.storage.listing import Wanted
from watchword.web.api.blueprint_files import BlueprintFile, files, watched_files
from watchword.web.api.call import Answer, Call
from watchword.web.api.operation import Operation
from watchword.web.api.row_filters import columns_named, text_filter
from watchword.web.api.row_resource import RowResource
from watchword.web.api.shapes import Moment, Uuid, described_as, request_type
from watchword.web.api.trying import LogEvent
from watchword.web.multipart import read_multipart

Status = Literal["successful", "warning", "error", "orphaned", "unknown"]
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@described_as("BlueprintInstance")
class InstanceView(msgspec.Struct, kw_only=True):
    """A blueprint that is kept. Before it is first applied `last_applied` is the year 1970, as clients need a date."""

    pk: Uuid
    name: str
    path: str
    context: dict[str, Any]
    last_applied: Moment
    last_applied_hash: str
    status: Status
    enabled: bool
    managed_models: list[str]
    metadata: dict[str, Any]
    content: str


class BlueprintImportResult(msgspec.Struct, kw_only=True):
    """What was done, or what is wrong; then nothing was done."""

    success: bool
    logs: list[LogEvent]


def _get(conn: Connection, call: Call) -> BlueprintInstance:
    return require_instance(conn, call.uuid("instance_uuid", "BlueprintInstance"))


def _page(conn: Connection, _: Call, wanted: Wanted) -> tuple[int, list[BlueprintInstance]]:
    return page_of_instances(conn, wanted)


def _show(_: Connection, call: Call, instances: Sequence[BlueprintInstance]) -> list[InstanceView]:
    return [_view(call, instance) for instance in instances]


def _view(call: Call, instance: BlueprintInstance) -> InstanceView:
    text = text_of(instance, call.services.settings.blueprints_dir)
    found = outline(text) if text else None
    status: Any = instance.status if text else "orphaned"
    return InstanceView(
        pk=instance.pk,
        name=instance.name,
        path=instance.path,
        context=instance.context,
        last_applied=instance.last_applied or _NEVER,
        last_applied_hash=instance.last_applied_hash,
        status=status,
        enabled=instance.enabled,
        managed_models=sorted({entry.model for entry in found.entries if entry.model}) if found else [],
        metadata={"name": found.name, "labels": found.labels} if found else {},
        content=instance.content,
    )


def _remove(conn: Connection, call: Call, instance: BlueprintInstance) -> None:
    deeds.remove(conn, instance, by=call.author, services=call.services)


INSTANCES = RowResource[BlueprintInstance](
    id="managed_blueprints",
    path="/managed/blueprints",
    part="instance_uuid",
    noun="blueprint",
    name="BlueprintInstance",
    view=InstanceView,
    get=_get,
    page=_page,
    show=_show,
    filters=(text_filter("name"), text_filter("path")),
    orders=columns_named("name", "path", "last_applied", "status"),
    order="name",
    remove=_remove,
)


def _answer(call: Call, instance: BlueprintInstance) -> Answer:
    return Answer(value=_view(call, instance), etag=call.etag(INSTANCES.id, instance))


async def _create(call: Call) -> Answer:
    values = await call.fields(InstanceForm)
    return _answer(call, await deeds.create(call.services, values, by=call.author))


async def _change(call: Call, *, whole: bool) -> Answer:
    found = await call.services.database.read(_get, call)
    values = await call.fields(InstanceForm, partial=not whole)

    def unchanged(instance: BlueprintInstance) -> None:
        call.check_unchanged(call.etag(INSTANCES.id, instance))

    return _answer(call, await deeds.change(call.services, found.pk, values, by=call.author, unchanged=unchanged))


async def _update(call: Call) -> Answer:
    return await _change(call, whole=True)


async def _partial_update(call: Call) -> Answer:
    return await _change(call, whole=False)


async def _apply(call: Call) -> Answer:
    found = await call.services.database.read(_get, call)
    return _answer(call, await deeds.apply(call.services, found.pk, by=call.author))


async def _available(call: Call) -> list[BlueprintFile]:
    return files() + watched_files(call.services.settings.blueprints_dir)


async def _import(call: Call) -> BlueprintImportResult:
    form = await read_multipart(call.request)
    text, name = _text(form)
    context, skip_unknown = _context(form), _flag(form, "skip_unknown")
    report = await deeds.apply_content(call.services, text, name, context, by=call.author, skip_unknown=skip_unknown)
    level: Any = "info" if report.success else "error"
    logs = [_line(call.services.clock, level, line) for line in report.lines]
    return BlueprintImportResult(
        success=report.success, logs=logs + [_line(call.services.clock, "warning", line) for line in report.advice]
    )


def _text(form: dict[str, str]) -> tuple[str, str]:
    """The blueprint and what to call it. Raises `FieldsInvalid`."""
    if form.get("file"):
        return form["file"], "file"
    name = form.get("path", "").removesuffix(SUFFIX)
    if not name:
        raise FieldsInvalid.whole("Either path or file must be set.")
    if name not in shipped_names():
        raise FieldsInvalid({"path": ["Blueprint file does not exist"]})
    return shipped_text(name), name


def _context(form: dict[str, str]) -> dict[str, Any]:
    try:
        context = msgspec.json.decode(form.get("context") or "{}")
    except (msgspec.DecodeError, RecursionError):
        context = None
    if not isinstance(context, dict):
        raise FieldsInvalid({"context": ["Context must be a JSON object."]})
    return context


def _flag(form: dict[str, str], name: str) -> bool:
    value = form.get(name, "false").lower()
    if value not in ("true", "false"):
        raise FieldsInvalid({name: ["Must be a valid boolean."]})
    return value == "true"


def _line(clock: Clock, level: Any, text: str) -> LogEvent:
    return LogEvent(timestamp=clock(), log_level=level, logger="watchword.blueprints", event=text, attributes={})


_REQUEST = request_type("BlueprintInstanceRequest", InstanceForm)
_FORM = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "YAML or JSON."},
        "path": {"type": "string", "description": "Of one that comes with Watchword, in place of a file."},
        "context": {"type": "string", "description": "Values for !Context, as a JSON object."},
        "skip_unknown": {"type": "boolean", "description": "Leave out what Watchword has not, instead of refusing."},
    },
}

OPERATIONS = (
    *INSTANCES.operations(),
    Operation(
        id="managed_blueprints_create",
        method="POST",
        path="/managed/blueprints/",
        summary="Keep a blueprint. It is checked, and not applied.",
        handle=_create,
        body=_REQUEST,
        answer=InstanceView,
        status=201,
    ),
    Operation(
        id="managed_blueprints_update",
        method="PUT",
        path="/managed/blueprints/{instance_uuid}/",
        summary="Change one blueprint; optional fields that are left out stay.",
        handle=_update,
        body=_REQUEST,
        answer=InstanceView,
        guarded=True,
    ),
    Operation(
        id="managed_blueprints_partial_update",
        method="PATCH",
        path="/managed/blueprints/{instance_uuid}/",
        summary="Change some fields of one blueprint.",
        handle=_partial_update,
        body=request_type("PatchedBlueprintInstanceRequest", InstanceForm, partial=True),
        answer=InstanceView,
        guarded=True,
    ),
    Operation(
        id="managed_blueprints_apply_create",
        method="POST",
        path="/managed/blueprints/{instance_uuid}/apply/",
        summary="Apply one blueprint: all of it, or nothing. Its status tells what became of it.",
        handle=_apply,
        answer=InstanceView,
    ),
    Operation(
        id="managed_blueprints_available_list",
        method="GET",
        path="/managed/blueprints/available/",
        summary="List the blueprints that come with Watchword, and the files of the watched directory.",
        handle=_available,
        answer=list[BlueprintFile],
    ),
    Operation(
        id="managed_blueprints_import_create",
        method="POST",
        path="/managed/blueprints/import/",
        summary="Apply a blueprint once: all of it, or nothing.",
        handle=_import,
        multipart=_FORM,
        answer=BlueprintImportResult,
    ),
)
