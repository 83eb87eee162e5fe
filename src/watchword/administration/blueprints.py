"""Blueprints that come over the API: checked by a dry run, applied, and kept to be applied again."""

import hashlib
import os
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection

from watchword.administration.author import Author
from watchword.administration.notes import Subject, note
from watchword.administration.versions import one_at_a_time
from watchword.blueprints.document import Blueprint
from watchword.blueprints.file import apply_text
from watchword.blueprints.folder import WATCHED, reader, watched_text
from watchword.blueprints.instances import INSTANCE, SUFFIX
from watchword.blueprints.problems import BlueprintInvalid
from watchword.blueprints.reader import read
from watchword.blueprints.report import Line
from watchword.blueprints.shipped_files import shipped_names, shipped_text
from watchword.errors import FieldsInvalid, Invalid, NameTaken, NotFound
from watchword.flows.services import Services
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.blueprint_instances import (
    BlueprintInstance,
    create_instance,
    delete_instance,
    get_instance,
    update_instance,
)

ENVIRONMENT = "BLUEPRINT_"
"""What `!Env` may name in text that comes over the API begins with this: the server's own secrets do not."""

Unchanged = Callable[[BlueprintInstance], None]

TAKEN = "Blueprint Instance with this name already exists."


class Report(msgspec.Struct, frozen=True):
    """What became of a blueprint: lines of what was done, or of what is wrong."""

    success: bool
    lines: list[str]
    advice: list[str] = []


def no_file(_: str) -> str:
    raise OSError("A blueprint that comes over the API reads no files of the server.")


def allowed_environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key.startswith(ENVIRONMENT)}


async def create(services: Services, values: Mapping[str, Any], *, by: Author) -> BlueprintInstance:
    """It is kept, and not applied. Raises `FieldsInvalid`."""
    await _check(services, values.get("path", ""), values.get("content", ""), values.get("context", {}), by)
    return await services.database.run(_create, dict(values), by, services)


async def change(
    services: Services, pk: str, values: Mapping[str, Any], *, by: Author, unchanged: Unchanged
) -> BlueprintInstance:
    """`unchanged` says whether it is the one the caller saw, in the transaction that changes it, and raises where not.

    Raises `NotFound` and `FieldsInvalid`.
    """
    while True:
        found = await services.database.read(require_instance, pk)
        unchanged(found)
        before = _source(found)
        after = {field: values.get(field, was) for field, was in before.items()}
        if after != before:
            await _check(services, **after, by=by)
        if changed := await services.database.run(_change, found, dict(values), by, services, unchanged):
            return changed


async def apply(services: Services, pk: str, *, by: Author) -> BlueprintInstance:
    """The instance as it is then; what went wrong is its status. A disabled one is left as it is."""
    found = await services.database.read(require_instance, pk)
    if not found.enabled:
        return found
    directory = services.settings.blueprints_dir
    text = text_of(found, directory)
    watched = directory is not None and not found.content and found.path.startswith(WATCHED)
    read_file = reader(directory) if directory and watched else no_file
    report = await apply_content(services, text, found.name, found.context, by=by, read_file=read_file)
    status = "error" if not report.success else "warning" if report.advice else "successful"
    digest = hashlib.sha512(text.encode()).hexdigest()
    return await services.database.run(
        update_instance, pk, status=status, last_applied=services.clock(), last_applied_hash=digest
    )


async def apply_content(
    services: Services,
    text: str,
    name: str,
    context: Mapping[str, Any],
    *,
    by: Author,
    dry: bool = False,
    read_file: Callable[[str], str] = no_file,
    skip_unknown: bool = False,
) -> Report:
    """All of it, or nothing; in force here at once. `skip_unknown` leaves out what Watchword has not."""
    try:
        lines = await apply_text(
            services.database,
            text,
            name=name,
            catalogue=CATALOGUE,
            keyring=services.keyring,
            author=by.name,
            clock=services.clock,
            env=allowed_environment(),
            context=context,
            read_file=read_file,
            watched=services.settings.blueprints_dir,
            dry=dry,
            skip_unknown=skip_unknown,
        )
    except BlueprintInvalid as error:
        return Report(False, [str(problem) for problem in error.problems])
    except Invalid as error:
        return Report(False, [error.message])
    if not dry:
        await services.configuration.refresh()
    return Report(True, [_told(line) for line in lines], [str(one) for line in lines for one in line.advice])


def remove(conn: Connection, instance: BlueprintInstance, *, by: Author, services: Services) -> None:
    """What it made stays."""
    delete_instance(conn, instance.pk)
    note(conn, "model_deleted", _subject(instance), by, services.clock())


def text_of(instance: BlueprintInstance, directory: Path | None) -> str:
    """Empty where its file no longer comes along, or is gone from the watched directory."""
    name = instance.path.removesuffix(SUFFIX)
    if instance.content or name in shipped_names():
        return instance.content or shipped_text(name)
    return watched_text(directory, instance.path) or ""


@lru_cache(maxsize=256)
def outline(text: str) -> Blueprint | None:
    """What a blueprint says of itself; None where it cannot be read."""
    try:
        return read(text, "blueprint")
    except BlueprintInvalid:
        return None


def require_instance(conn: Connection, pk: str) -> BlueprintInstance:
    """Raises `NotFound`."""
    found = get_instance(conn, pk)
    if found is None:
        raise NotFound("No BlueprintInstance matches the given query.")
    return found


def _source(instance: BlueprintInstance) -> dict[str, Any]:
    return {"path": instance.path, "content": instance.content, "context": instance.context}


async def _check(services: Services, path: str, content: str, context: Mapping[str, Any], by: Author) -> None:
    if not path and not content:
        raise FieldsInvalid.whole("Either path or content must be set.")
    if path and not _is_there(path, services.settings.blueprints_dir):
        raise FieldsInvalid({"path": ["Blueprint file does not exist"]})
    if content:
        report = await apply_content(services, content, "content", context, by=by, dry=True)
        if not report.success:
            raise FieldsInvalid({"content": ["Failed to validate blueprint", *(f"- {line}" for line in report.lines)]})


def _is_there(path: str, directory: Path | None) -> bool:
    return path.removesuffix(SUFFIX) in shipped_names() or watched_text(directory, path) is not None


def _create(conn: Connection, values: dict[str, Any], by: Author, services: Services) -> BlueprintInstance:
    try:
        made = create_instance(conn, now=services.clock(), **values)
    except NameTaken:
        raise FieldsInvalid({"name": [TAKEN]}) from None
    note(conn, "model_created", _subject(made), by, services.clock())
    return made


def _change(
    conn: Connection,
    seen: BlueprintInstance,
    values: dict[str, Any],
    by: Author,
    services: Services,
    unchanged: Unchanged,
) -> BlueprintInstance | None:
    """None where what was checked is not there any more: with another's change it might not be right."""
    one_at_a_time(conn)
    present = require_instance(conn, seen.pk)
    unchanged(present)
    if _source(present) != _source(seen):
        return None
    try:
        changed = update_instance(conn, seen.pk, **values)
    except NameTaken:
        raise FieldsInvalid({"name": [TAKEN]}) from None
    note(conn, "model_updated", _subject(changed), by, services.clock(), sorted(values))
    return changed


def _subject(instance: BlueprintInstance) -> Subject:
    return Subject(INSTANCE, "Blueprint", instance.pk, instance.name)


def _told(line: Line) -> str:
    return f"{line.action} {line.model} {line.label}".rstrip()
