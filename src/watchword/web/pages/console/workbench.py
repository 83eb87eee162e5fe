"""What stands beside an expression: what can be used in it, its limits, beginnings, and what it is tried with."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec

from watchword.expressions.reference.beginnings import beginning, beginnings
from watchword.expressions.reference.entry import Kind, Topic
from watchword.expressions.reference.limits import limits
from watchword.expressions.reference.topics import topics
from watchword.model.base import ConfigObject
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy
from watchword.model.prompt import Prompt
from watchword.settings import Settings
from watchword.web.pages.console.trials import Sample

KINDS: dict[type[ConfigObject], Kind] = {
    ExpressionPolicy: "policy",
    NotificationWebhookMapping: "mapping",
    Prompt: "prompt",
}


class Start(NamedTuple):
    """A beginning, and the address of a new form that holds it."""

    title: str
    url: str
    text: str


class Workbench(msgspec.Struct, frozen=True, kw_only=True):
    topics: tuple[Topic, ...]
    limits: tuple[str, ...]
    starts: tuple[Start, ...] = ()
    sample: Sample | None = None


def workbench(
    cls: type[ConfigObject],
    settings: Settings,
    sample: Sample | None,
    new: str = "",
    kept: Mapping[str, str] | None = None,
) -> Workbench | None:
    """None for what holds no expression. `new` is the address of the form where it is a new one, and `kept` what goes
    along to it from the page that it was opened from.
    """
    kind = KINDS.get(cls)
    if kind is None:
        return None
    starts = [
        Start(one.title, f"{new}?{urlencode({'example': one.name, **(kept or {})})}", one.text)
        for one in (beginnings(kind) if new else ())
    ]
    said = limits(kind, settings.policy_timeout, settings.policy_memory)
    return Workbench(topics=topics(kind), limits=said, starts=tuple(starts), sample=sample)


def begun(cls: type[ConfigObject], example: str) -> dict[str, Any]:
    """What stands in the new form of an example; nothing where there is no such example."""
    kind = KINDS.get(cls)
    text = beginning(kind, example) if kind else ""
    return {"expression": text} if text else {}
