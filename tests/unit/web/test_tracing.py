"""A request's span: what it says, and whose trace it goes on with."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.people import OWNER
from tests.unit.traces.spans import KeptTraces
from tests.unit.web.client import SIGN_IN, executor
from tests.unit.web.house import House, Prepared, open_house

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
PROXY = "10.0.0.1"
CARRIED = {"traceparent": f"00-{TRACE_ID}-b7ad6b7169203331-01"}


@pytest.fixture
def traces() -> KeptTraces:
    return KeptTraces()


@pytest.fixture
async def traced(prepared: Prepared, tmp_path: Path, traces: KeptTraces) -> AsyncIterator[House]:
    async with open_house(prepared, tmp_path / "data", traces=traces, trusted_proxies=PROXY) as house:
        yield house


async def test_a_request_has_a_span_with_the_route_and_never_the_address(traced: House, traces: KeptTraces) -> None:
    await traced.visitor().get(executor(SIGN_IN, f"next=/secret/&phone={OWNER.number}"))
    (request,) = [span for span in traces.spans if span.name.startswith("GET")]
    said = dict(request.attributes or {})
    assert said["http.request.method"] == "GET"
    assert said["http.response.status_code"] == 200
    assert str(said["http.route"]).startswith("/api/v3/flows/executor/{")
    assert request.name == f"GET {said['http.route']}"
    assert SIGN_IN not in request.to_json()


async def test_what_the_request_caused_stands_below_it(traced: House, traces: KeptTraces) -> None:
    await traced.visitor().see(SIGN_IN)
    request, step = traces.spans[-1], traces.named("step")[0]
    assert request.context
    assert step.context
    assert step.parent
    assert step.parent.span_id == request.context.span_id
    assert dict(step.attributes or {}) == {
        "watchword.access": "show",
        "watchword.flow.designation": "authentication",
        "watchword.stage": "identification",
        "watchword.outcome": "asked",
    }
    units = [span for span in traces.named("database") if span.parent and span.parent.span_id == step.context.span_id]
    assert any(dict(span.attributes or {})["watchword.database.unit"] == "shelf._save" for span in units)
    assert {span.context.trace_id for span in traces.spans if span.context} >= {request.context.trace_id}


async def test_only_a_trusted_proxy_may_say_which_trace_it_is(traced: House, traces: KeptTraces) -> None:
    for address, expected in ((PROXY, True), ("198.51.100.7", False)):
        await traced.visitor(address=address).get("/-/health/live/", **CARRIED)
        await traced.visitor(address=address).get(executor(SIGN_IN), **CARRIED)
        context = traces.spans[-1].context
        assert context
        assert (f"{context.trace_id:032x}" == TRACE_ID) is expected


async def test_health_and_metrics_are_asked_too_often_for_spans(traced: House, traces: KeptTraces) -> None:
    await traced.visitor().get("/-/health/live/")
    await traced.visitor(address="127.0.0.1").get("/-/metrics/")
    assert [span.name for span in traces.spans if span.name.startswith("GET")] == []


async def test_two_visitors_at_once_have_two_traces(traced: House, traces: KeptTraces) -> None:
    await asyncio.gather(*(traced.visitor().see(SIGN_IN) for _ in range(3)))
    requests = [span for span in traces.spans if span.name.startswith("GET")]
    assert len({span.context.trace_id for span in requests if span.context}) == 3
    for step in traces.named("step"):
        assert step.context
        assert step.parent
        (parent,) = [span for span in requests if span.context and span.context.span_id == step.parent.span_id]
        assert parent.context
        assert parent.context.trace_id == step.context.trace_id


async def test_the_spans_are_handed_out_when_the_server_stops(
    prepared: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    traces, closed = KeptTraces(), []
    monkeypatch.setattr(traces, "close", lambda: closed.append(True))
    async with open_house(prepared, tmp_path / "data", traces=traces):
        assert closed == []
    assert closed == [True]
