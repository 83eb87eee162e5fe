"""Objects of the configuration are created, changed and deleted: checked as a whole, with history and an event."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection

from watchword.administration.author import Author
from watchword.administration.notes import Action, Subject, note
from watchword.errors import NON_FIELD, ConfigurationInvalid, FieldsInvalid, NotFound, Problem
from watchword.flows.configuration import Changes
from watchword.flows.services import Services
from watchword.model.base import ConfigObject, StageSettings
from watchword.model.fields import row_references
from watchword.model.snapshot import Snapshot
from watchword.model.usage import Removal, removal
from watchword.storage.authenticators import count_authenticators_at, delete_authenticators_at
from watchword.storage.device_classes import DEVICE_CLASSES
from watchword.storage.groups import get_group
from watchword.storage.users import get_user

C = TypeVar("C", bound=ConfigObject)

Check = Callable[[C], None]
"""May refuse, by raising, to change an object that is not what the caller took it for."""


async def create_object(services: Services, cls: type[C], values: Mapping[str, Any], *, by: Author) -> C:
    """With fields that are read already. Raises `FieldsInvalid`, and then nothing has changed."""
    return await _put(services, lambda _: cls(**values), by, "model_created")


async def change_object(
    services: Services, cls: type[C], pk: str, values: Mapping[str, Any], *, by: Author, check: Check[C]
) -> C:
    """Fields that are not given stay. Raises `NotFound`, `FieldsInvalid`, and what `check` raises."""

    def changed(snapshot: Snapshot) -> C:
        found = found_in(snapshot, cls, pk)
        check(found)
        return msgspec.structs.replace(found, **values)

    return await _put(services, changed, by, "model_updated")


def found_in(snapshot: Snapshot, cls: type[C], pk: str) -> C:
    """Raises `NotFound`."""
    found = snapshot.get(pk, cls)
    if found is None:
        raise NotFound(f"No {cls.__name__} matches the given query.")
    return found


async def _put(services: Services, make: Callable[[Snapshot], C], by: Author, action: Action) -> C:
    now = services.clock()
    made: list[C] = []

    def changes(snapshot: Snapshot) -> Changes:
        obj = make(snapshot)
        made[:] = [obj]
        before = snapshot.get(obj.pk, type(obj))
        if problems := list(obj.problems()):
            raise FieldsInvalid(_by_field(problems))

        def work(conn: Connection) -> None:
            require_rows(conn, obj)
            if obj != before:
                fields = changed_fields(before, obj)
                note(conn, action, subject_of(obj), by, now, fields)

        return Changes([obj], [], f"{'Changed' if before else 'Created'} {_name(obj)}", work)

    try:
        await services.configuration.change(changes, author=by.name, now=now)
    except ConfigurationInvalid as error:
        raise FieldsInvalid(_by_field(_own(made[0], error.problems))) from None
    return made[0]


async def delete_object(
    services: Services, cls: type[C], pk: str, *, by: Author, check: Check[C], force: bool = False
) -> None:
    """With the bindings that refer to it; other references to it are emptied.

    Raises `NotFound`, and `FieldsInvalid` where something cannot be without it, or where devices were enrolled at a
    stage: with `force` these go too.
    """
    now = services.clock()

    def changes(snapshot: Snapshot) -> Changes:
        found = found_in(snapshot, cls, pk)
        check(found)
        going = removal({obj.pk: obj for obj in snapshot.objects()}, pk)
        refuse_blocked(going)

        def work(conn: Connection) -> None:
            if isinstance(found, StageSettings):
                delete_devices(conn, pk, force=force)
            for obj in going.removed:
                note(conn, "model_deleted", subject_of(obj), by, now)

        return Changes(going.changed, [obj.pk for obj in going.removed], f"Deleted {_name(found)}", work)

    try:
        await services.configuration.change(changes, author=by.name, now=now)
    except ConfigurationInvalid as error:
        raise of_others(error) from None


def of_others(error: ConfigurationInvalid) -> FieldsInvalid:
    """Where a change would leave other objects that are not valid."""
    said = "; ".join(f"“{problem.label}” would not be valid: {problem.message}" for problem in error.problems)
    return FieldsInvalid.whole(said)


def refuse_blocked(going: Removal) -> None:
    if going.blocked:
        names = ", ".join(f"{use.user.verbose_name} “{use.user.called}” ({use.field})" for use in going.blocked)
        raise FieldsInvalid.whole(f"Something cannot be without it: {names}.")


def delete_devices(conn: Connection, stage_pk: str, *, force: bool) -> None:
    """Of a stage that goes. Raises `FieldsInvalid` where there are some and nobody said they may go."""
    classes = DEVICE_CLASSES.values()
    count = sum(count_authenticators_at(conn, cls, stage_pk) for cls in classes)
    if count and not force:
        devices = "1 device was" if count == 1 else f"{count} devices were"
        raise FieldsInvalid.whole(
            f"{devices} enrolled at this stage, and would be lost with it. Delete it with ?force=true to lose them."
        )
    for cls in classes:
        delete_authenticators_at(conn, cls, stage_pk)


def require_rows(conn: Connection, obj: ConfigObject) -> None:
    """Raises `FieldsInvalid` where a user or a group that it names is not there."""
    errors: dict[str, list[str]] = {}
    for field, row, key in row_references(obj):
        found = get_user(conn, key) if row == "user" else get_group(conn, key)
        if found is None:
            errors[field] = [f'Invalid pk "{key}" - object does not exist.']
    if errors:
        raise FieldsInvalid(errors)


def _own(obj: ConfigObject, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    """Of two objects with one name, the problem may be told of the other one: it is this one's all the same."""
    for problem in problems:
        if problem.label == obj.called:
            yield problem.field, problem.message
        else:
            yield NON_FIELD, f"“{problem.label}” would not be valid: {problem.message}"


def _by_field(problems: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    for field, message in problems:
        said = errors.setdefault(field, [])
        if message not in said:
            said.append(message)
    return errors


def changed_fields(before: ConfigObject | None, obj: ConfigObject) -> list[str]:
    if before is None:
        return []
    return [name for name in obj.__struct_fields__ if getattr(before, name) != getattr(obj, name)]


def subject_of(obj: ConfigObject) -> Subject:
    return Subject(obj.model, obj.verbose_name, obj.pk, obj.called)


def _name(obj: ConfigObject) -> str:
    return f"{obj.verbose_name} “{obj.called}”"
