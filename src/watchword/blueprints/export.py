"""A flow, or the whole configuration, as a blueprint: with everything it is made of, and without its secrets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from watchword.blueprints.writing.draft import Draft
from watchword.blueprints.writing.entries import entries
from watchword.blueprints.writing.objects import config_drafts
from watchword.blueprints.writing.people import Left, found_by_name, people_drafts
from watchword.blueprints.writing.people_read import People, read_people
from watchword.blueprints.writing.yaml_text import Tagged, blueprint_text, variables_in
from watchword.model.base import ConfigObject
from watchword.model.fields import references
from watchword.model.flow import Flow
from watchword.model.snapshot import Snapshot

_GENERATED = {"blueprints.goauthentik.io/generated": "true"}


def export_flow(conn: Connection, snapshot: Snapshot, flow: Flow, *, now: datetime | None = None) -> str:
    """YAML that makes the same flow again. A secret is a reference to the environment (`!Env`); other flows that it
    leads to, groups and users are found by their names where it is applied.

    With `now` it is as authentik writes it, with the time and every object's uuid; without, the text is the same as
    long as the flow is.
    """
    parts = _parts(snapshot, flow)
    people = read_people(conn, parts.values())
    others: Mapping[Any, Tagged] = {
        other.pk: Tagged("!Find", [other.model, ["slug", other.slug]]) for other in snapshot.all(Flow) if other != flow
    }
    name = f"Watchword export of {flow.slug}, {now:%Y-%m-%d %H:%M:%S} UTC" if now else f"Flow {flow.slug}"
    return _text(name, config_drafts(parts, people.names), others, people, as_authentik=now is not None)


def export_all(conn: Connection, snapshot: Snapshot, *, users: bool = False, numbers: bool = False) -> str:
    """Everything, with the groups. With `users`, these too, without passwords; phone numbers of people stay where they
    are, unless `numbers` asks for them.
    """
    parts = {obj.pk: obj for obj in snapshot.objects()}
    people = read_people(conn, parts.values(), users=users)
    drafts, left = people_drafts(people, numbers=numbers)
    return _text("The whole configuration", [*drafts, *config_drafts(parts, people.names)], {}, people, left)


def _text(
    name: str,
    drafts: Sequence[Draft],
    elsewhere: Mapping[Any, Tagged],
    people: People,
    left: Left | None = None,
    *,
    as_authentik: bool = False,
) -> str:
    made = list(entries(drafts, {**elsewhere, **found_by_name(people)}, as_authentik=as_authentik))
    return blueprint_text(
        metadata={"name": name, "labels": _GENERATED},
        context=as_authentik,
        entries=made,
        comments=_comments(sorted(variables_in(made)), left or Left()),
    )


def _parts(snapshot: Snapshot, flow: Flow) -> dict[str, ConfigObject]:
    """The flow, its bindings, and what these refer to; other flows are left out."""
    found: dict[str, ConfigObject] = {}
    waiting: list[ConfigObject] = [flow, *snapshot.stage_bindings(flow.pk)]
    waiting += [bound for obj in list(waiting) for bound in snapshot.policy_bindings(obj.pk)]
    while waiting:
        obj = waiting.pop(0)
        if obj.pk in found:
            continue
        found[obj.pk] = obj
        targets = (snapshot.get(pk, ConfigObject) for _, _, pk in references(obj))
        waiting += [target for target in targets if target is not None and not isinstance(target, Flow)]
    return found


def _comments(variables: Sequence[str], left: Left) -> list[str]:
    """Names of variables and counts alone: what people wrote could end a comment."""
    lines = []
    if variables:
        lines += ["No secret is in this file. Where it is applied, set these variables:"]
        lines += [f"  {name}" for name in variables]
    if left.secrets:
        lines.append(f"Left out, for they hold secrets: the attributes of {left.secrets} users and groups.")
    if left.numbers:
        lines.append(f"Left out, for they hold phone numbers: {left.numbers} (--phone-numbers brings them along).")
    return lines
