"""The configuration comes in one revision of the history, checked as a whole, or not at all."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection

from watchword.migration import endpoints
from watchword.migration.drafts import Draft, draft, label_of
from watchword.migration.flow_units import KIND, place_flow, promise
from watchword.migration.options import AUTHOR, Options
from watchword.migration.people import People, user_here
from watchword.migration.report import Line, harmless, left_out
from watchword.migration.room import Room
from watchword.migration.source import Found, Source
from watchword.migration.wanted import wanted_by
from watchword.model.default_flow import default_of
from watchword.model.flow import Flow
from watchword.model.snapshot import Snapshot
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.config import load_objects, save_changes
from watchword.storage.groups import get_group
from watchword.storage.statements import lock

_LATER = (endpoints.IDENTIFICATION_STAGE, endpoints.VALIDATE_STAGE)
"""Types that refer to stages of other types."""


def apply_configuration(conn: Connection, source: Source, options: Options, people: People, host: str) -> list[Line]:
    """A unit of work. Raises `ConfigurationInvalid` where the whole would not be valid."""
    lock(conn, "configuration")
    stored = {obj.pk: obj for obj in load_objects(conn, CATALOGUE, options.keyring)}

    def group(pk: str) -> str | None:
        here = get_group(conn, people.groups.get(pk, pk))
        return here.pk if here else None

    room = Room(stored, options, group=group, user=lambda number: user_here(conn, people, number))
    _fill(room, source)
    snapshot = Snapshot(room.now.values())
    save_changes(
        conn,
        put=[obj for pk, obj in room.now.items() if stored.get(pk) != obj],
        remove=[pk for pk in stored if pk not in room.now],
        catalogue=CATALOGUE,
        keyring=options.keyring,
        author=AUTHOR,
        summary=f"Imported from authentik at {harmless(host)}",
        now=options.clock(),
    )
    return list(_with_sign_in(room.lines, _sign_in(Snapshot(stored.values())), _sign_in(snapshot)))


def _sign_in(snapshot: Snapshot) -> str:
    """The slug of the flow that sign-in begins with."""
    flow = default_of(snapshot, "authentication")
    return flow.slug if flow else ""


def _with_sign_in(lines: Iterable[Line], before: str, after: str) -> Iterator[Line]:
    """What nobody may overlook is said of the flow that takes the sign-in over."""
    for line in lines:
        if before not in ("", after) and line.kind == KIND and line.label == after:
            said = f"SIGN-IN BEGINS WITH IT NOW, as it is the first by slug; the one before is at /if/flow/{before}/."
            yield msgspec.structs.replace(line, notes=(said, *line.notes))
        else:
            yield line


def _fill(room: Room, source: Source) -> None:
    parts, flows = _parts(source), _flows(room, source)
    wanted = wanted_by(source, parts, set(flows)) if room.options.flows else None
    for made in flows.values():
        if isinstance(made, Draft):
            promise(room, made.obj)
    for pk, line in _others(source, wanted):
        room.refuse(pk, line)
    for pk, part in parts.items():
        if wanted is not None and pk not in wanted:
            continue
        if isinstance(part, Draft):
            room.place(part)
        else:
            room.refuse(pk, part)
    for pk, made in flows.items():
        if isinstance(made, Draft):
            place_flow(room, source, made)
        else:
            room.refuse(pk, made)


def _parts(source: Source) -> dict[str, Draft[Any] | Line]:
    """All but flows and bindings by their uuids in authentik, each after what it refers to."""
    order = [*endpoints.PARTS, *(model for model in endpoints.STAGES if model not in _LATER), *_LATER]
    return {_pk(found): draft(CATALOGUE[model], found) for model in order for found in source.of(model)}


def _pk(found: Found) -> str:
    return str(found.get("pk")).lower()


def _flows(room: Room, source: Source) -> dict[str, Draft[Flow] | Line]:
    """Those that are to come, by their uuids in authentik."""
    slugs, found = room.options.flows, source.of(endpoints.FLOW)
    for slug in sorted(slugs - {str(flow.get("slug")) for flow in found}):
        room.lines.append(left_out(KIND, slug, "authentik has no flow with this slug."))
    return {_pk(flow): draft(Flow, flow) for flow in found if not slugs or flow.get("slug") in slugs}


def _others(source: Source, wanted: set[str] | None) -> Iterator[tuple[str, Line]]:
    """Stages and policies of types that Watchword has not."""
    for noun, listed in (("stage", source.all_stages), ("policy", source.all_policies)):
        for found in listed:
            known = str(found.get("meta_model_name")) in CATALOGUE
            if not known and (wanted is None or _pk(found) in wanted):
                called = found.get("verbose_name") or found.get("meta_model_name") or "another type"
                yield _pk(found), left_out(noun, label_of(found), f"Watchword has no {called}.")
