"""Entries that are blueprints themselves: kept, to be applied when somebody says so or their file changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from sqlalchemy import Connection

from watchword.blueprints.document import Entry
from watchword.blueprints.folder import WATCHED
from watchword.blueprints.kind import Kind
from watchword.blueprints.problems import BlueprintInvalid, Collector
from watchword.blueprints.reader import read
from watchword.blueprints.report import Line
from watchword.blueprints.shipped_files import shipped_names, shipped_text
from watchword.model.fields import described
from watchword.storage.blueprint_instances import (
    BlueprintInstance,
    create_instance,
    delete_instance,
    find_instance,
    list_instances,
    update_instance,
)

INSTANCE = "authentik_blueprints.blueprintinstance"
SUFFIX = ".yaml"


class InstanceForm(msgspec.Struct, kw_only=True):
    """A blueprint, by its content or by the path of one that comes with Watchword or lies in the watched directory."""

    name: Annotated[str, described("Name", min_length=1, max_length=500)]
    path: Annotated[str, described("Path", "As recovery.yaml: see `available`.", max_length=1000)] = ""
    context: Annotated[dict[str, Any], described("Context", "Values for !Context.")] = {}
    enabled: Annotated[bool, described("Enabled", "Whether it can be applied.")] = True
    content: Annotated[str, described("Content", "YAML.", multiline=True, verbatim=True, max_length=900_000)] = ""


class InstanceEntry(InstanceForm, kw_only=True):
    """`metadata` are the file's own: one is found by a part of them, as authentik's files do it, and never written."""

    metadata: dict[str, Any] = {}


class InstanceKind(Kind[BlueprintInstance]):
    form = InstanceEntry
    found_by = ("pk", "name", "path", "metadata")

    def __init__(self, conn: Connection, now: datetime) -> None:
        self._conn = conn
        self._now = now

    def match(self, pairs: Mapping[str, Any]) -> BlueprintInstance | None:
        plain = {field: value for field, value in pairs.items() if field != "metadata"}
        wanted = pairs.get("metadata")
        fitting = list_instances(self._conn) if wanted else [find_instance(self._conn, **plain)]
        return next((one for one in fitting if one and _has(one, plain) and _holds(_metadata(one), wanted)), None)

    def pk(self, found: BlueprintInstance) -> str:
        return found.pk

    def label(self, found: BlueprintInstance) -> str:
        return found.name

    def shown(self, found: BlueprintInstance) -> dict[str, Any]:
        return {name: getattr(found, name) for name in ("name", "path", "enabled", "status", "last_applied")}

    def write(
        self, entry: Entry, found: BlueprintInstance | None, values: dict[str, Any]
    ) -> tuple[BlueprintInstance, bool]:
        """It is kept, and not applied: files of the watched directory are applied by themselves."""
        values = {field: value for field, value in values.items() if field != "metadata"}
        self._check(entry, found, values)
        if found is None:
            chosen = {"pk": pk} if (pk := entry.identifiers.get("pk")) else {}
            return create_instance(self._conn, now=self._now, **chosen, **values), True
        changed = {field: value for field, value in values.items() if getattr(found, field) != value}
        return update_instance(self._conn, found.pk, **changed), bool(changed)

    def _check(self, entry: Entry, found: BlueprintInstance | None, values: Mapping[str, Any]) -> None:
        path, content = (values.get(name, getattr(found, name, "")) for name in ("path", "content"))
        collector = Collector(entry.place)
        if not path and not content:
            collector.add("Either path or content must be set.", model=INSTANCE)
        if path and path.removesuffix(SUFFIX) not in shipped_names() and not path.startswith(WATCHED):
            collector.add("Blueprint file does not exist.", model=INSTANCE, field="path", place=entry.at("path"))
        if "content" in values and content:
            with collector.collecting(model=INSTANCE, field="content", place=entry.at("content")):
                _readable(content, entry)
        collector.check()

    def remove(self, found: BlueprintInstance) -> list[Line]:
        """What it made stays."""
        delete_instance(self._conn, found.pk)
        return [Line("removed", INSTANCE, found.name)]


def _has(one: BlueprintInstance, pairs: Mapping[str, Any]) -> bool:
    return all(getattr(one, field) == value for field, value in pairs.items())


def _metadata(one: BlueprintInstance) -> dict[str, Any]:
    """Of its content, or of the file that comes along; {} of one that is not here, or cannot be read."""
    name = one.path.removesuffix(SUFFIX)
    try:
        found = read(one.content or (shipped_text(name) if name in shipped_names() else ""), "content")
    except BlueprintInvalid:
        return {}
    return {"name": found.name, "labels": found.labels}


def _holds(value: Any, part: Any) -> bool:
    if isinstance(part, Mapping):
        return isinstance(value, Mapping) and all(key in value and _holds(value[key], part[key]) for key in part)
    return part is None or value == part


def _readable(content: str, entry: Entry) -> None:
    try:
        read(content, "content")
    except BlueprintInvalid as error:
        raise BlueprintInvalid.at(entry.at("content"), f"This is no blueprint: {error.message}") from None
