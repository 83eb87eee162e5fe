"""What went wrong lately: the same thing is told once, with how often, and with the way to mend it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from watchword.events import ACTIONS
from watchword.model.base import ConfigObject, StageSettings
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy
from watchword.model.prompt import Prompt
from watchword.model.snapshot import Snapshot
from watchword.storage.events import EventRow
from watchword.web.pages.console import fixes
from watchword.web.pages.console.overview_shown import Problem
from watchword.web.pages.console.sections import edit_url, section_of
from watchword.web.pages.words import ago

PROBLEMS = (
    "sms_send_failed",
    "gateway_resting",
    "gateway_full",
    "policy_exception",
    "property_mapping_exception",
    "configuration_error",
    "system_exception",
)
RECENT = timedelta(days=7)
READ = 300
"""Events of each action; of more it is said that there were at least so many."""

SAME = ("stage", "gateway", "category", "error_code", "status", "mapping", "policy", "prompt", "field", "kind", "line")
"""Events that are alike in these, and in what they say, are one problem."""


class Remedy(NamedTuple):
    fix: str
    where: ConfigObject | None = None


def problems(events: Iterable[EventRow], snapshot: Snapshot, now: datetime) -> list[Problem]:
    """What happened last comes first."""
    alike: dict[tuple[str, ...], list[EventRow]] = defaultdict(list)
    read: dict[str, int] = defaultdict(int)
    for event in events:
        read[event.action] += 1
        alike[_key(event)].append(event)
    cut = {action for action, number in read.items() if number >= READ}
    return [_problem(some, snapshot, now, some[0].action in cut) for some in alike.values()]


def _key(event: EventRow) -> tuple[str, ...]:
    return event.action, event.message, *(str(event.context.get(name)) for name in SAME)


def _problem(events: list[EventRow], snapshot: Snapshot, now: datetime, cut: bool) -> Problem:
    """`events` are alike, the newest first; with `cut` there are more than were read."""
    newest = events[0]
    remedy = _remedy(newest, snapshot)
    where = remedy.where
    times = f"{len(events):,} times" if len(events) > 1 else ""
    return Problem(
        title=newest.message or ACTIONS.get(newest.action, newest.action),
        detail=_detail(newest),
        fix=remedy.fix,
        url=edit_url(where) if where else "",
        deed=f"Open the {section_of(type(where)).noun} “{where.called}”" if where else "",
        times=f"At least {times}" if times and cut else times,
        last=newest.created,
        ago=ago(int((now - newest.created).total_seconds())),
        whom=_whom(events),
    )


def _detail(event: EventRow) -> str:
    """The answer itself: the hint that the sender put before it is told as the fix."""
    detail = event.context.get("detail")
    return str(detail).removeprefix(fixes.hint_of(event.context)).strip() if detail else ""


def _whom(events: list[EventRow]) -> str:
    names = {event.username for event in events if event.username}
    return next(iter(names)) if len(names) == 1 else f"{len(names)} people" if names else ""


def _remedy(event: EventRow, snapshot: Snapshot) -> Remedy:
    context = event.context
    match event.action:
        case "gateway_resting" | "gateway_full":
            fix = fixes.BY_CATEGORY["resting" if event.action == "gateway_resting" else "busy"]
            return Remedy(fix, _named(context, "stage", snapshot, StageSettings))
        case "sms_send_failed":
            mapping = _named(context, "mapping", snapshot, NotificationWebhookMapping)
            return Remedy(fixes.of_message(context), mapping or _named(context, "stage", snapshot, StageSettings))
        case "policy_exception":
            return Remedy(fixes.of_expression(context), _named(context, "policy", snapshot, ExpressionPolicy))
        case "property_mapping_exception":
            return Remedy(fixes.of_expression(context), _named(context, "prompt", snapshot, Prompt))
        case "configuration_error":
            stage = _named(context, "stage", snapshot, StageSettings)
            return Remedy(fixes.of_configuration(stage), stage)
        case "system_exception":
            return Remedy(fixes.INSIDE)
    return Remedy(fixes.UNKNOWN)


def _named(context: dict[str, Any], key: str, snapshot: Snapshot, cls: type[ConfigObject]) -> ConfigObject | None:
    """By uuid, as its name may have changed since; else by the name that the event gives it."""
    if not context.get(key):
        return None
    by_pk = snapshot.get(str(context.get("pk")), cls)
    return by_pk or snapshot.find(cls, name=context[key])
