"""What can be done with a flow beside changing it."""

from typing import Any

import msgspec

from watchword.blueprints.export import export_flow
from watchword.errors import FieldsInvalid
from watchword.model.flow import Flow
from watchword.web.api.call import Answer, Call
from watchword.web.api.configuration import FLOW
from watchword.web.api.diagram import diagram_of
from watchword.web.api.operation import Operation

CACHELESS = "Watchword keeps no plans: the snapshot in memory is as fast."


class FlowDiagram(msgspec.Struct, kw_only=True):
    """A flow as a Mermaid flowchart."""

    diagram: str


class Link(msgspec.Struct, kw_only=True):
    link: str


class Cache(msgspec.Struct, kw_only=True):
    count: int


async def _export(call: Call) -> Answer:
    flow: Flow = FLOW.find(call)
    services = call.services
    text = await services.database.read(export_flow, services.configuration.snapshot, flow, now=services.clock())
    return Answer(value=text, headers={"content-disposition": f'attachment; filename="{flow.slug}.yaml"'})


async def _diagram(call: Call) -> FlowDiagram:
    return FlowDiagram(diagram=diagram_of(call.services.configuration.snapshot, FLOW.find(call)))


async def _execute(call: Call) -> Link:
    """Raises `FieldsInvalid` where the flow is none for somebody who is signed in."""
    flow: Flow = FLOW.find(call)
    if flow.authentication in ("require_unauthenticated", "require_redirect", "require_outpost", "require_token"):
        raise FieldsInvalid.whole("Flow does not apply to current user.")
    base = call.house.proxies.origin(call.request)
    return Link(link=f"{base}/if/flow/{flow.slug}/")


async def _no_cache(_: Call) -> Cache:
    return Cache(count=0)


async def _clear(_: Call) -> None:
    """There is nothing to clear."""


def _cache(prefix: str, path: str) -> tuple[Operation, ...]:
    return (
        Operation(
            id=f"{prefix}_cache_info_retrieve",
            method="GET",
            path=f"{path}/cache_info/",
            summary=f"Count what is cached. {CACHELESS}",
            handle=_no_cache,
            answer=Cache,
        ),
        Operation(
            id=f"{prefix}_cache_clear_create",
            method="POST",
            path=f"{path}/cache_clear/",
            summary=f"Clear what is cached. {CACHELESS}",
            handle=_clear,
            status=204,
        ),
    )


OPERATIONS = (
    Operation(
        id="flows_instances_export_retrieve",
        method="GET",
        path="/flows/instances/{slug}/export/",
        summary="Show one flow, and all it is made of, as a blueprint without secrets.",
        handle=_export,
        answer=dict[str, Any],
        media_type="application/yaml",
    ),
    Operation(
        id="flows_instances_diagram_retrieve",
        method="GET",
        path="/flows/instances/{slug}/diagram/",
        summary="Draw one flow.",
        handle=_diagram,
        answer=FlowDiagram,
    ),
    Operation(
        id="flows_instances_execute_retrieve",
        method="GET",
        path="/flows/instances/{slug}/execute/",
        summary="Show where one flow is run.",
        handle=_execute,
        answer=Link,
        also=("400",),
    ),
    *_cache("flows_instances", "/flows/instances"),
    *_cache("policies_all", "/policies/all"),
)
