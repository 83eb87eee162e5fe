"""What some flows need, so that no more than that comes with them."""

from collections.abc import Iterator, Mapping
from typing import Any

from watchword.migration import endpoints
from watchword.migration.drafts import Draft
from watchword.migration.report import Line
from watchword.migration.source import Source
from watchword.model.fields import references


def wanted_by(source: Source, parts: Mapping[str, Draft[Any] | Line], flows: set[str]) -> set[str]:
    """Uuids in authentik of all that these flows refer to, but for other flows."""
    waiting, wanted = list(_bound(source, flows)), set[str]()
    while waiting:
        pk = waiting.pop()
        if pk in wanted:
            continue
        wanted.add(pk)
        part = parts.get(pk)
        if isinstance(part, Draft):
            waiting += [target for _, ref, target in references(part.obj) if ref != "flow"]
    return wanted


def _bound(source: Source, flows: set[str]) -> Iterator[str]:
    """What is bound to the flows and to their steps."""
    targets = set(flows)
    for binding in source.of(endpoints.STAGE_BINDING):
        if str(binding.get("target")).lower() in flows:
            targets.add(str(binding.get("pk")).lower())
            yield str(binding.get("stage")).lower()
    for binding in source.of(endpoints.POLICY_BINDING):
        if str(binding.get("target")).lower() in targets:
            yield str(binding.get("policy")).lower()
