"""Spans by OpenTelemetry: their parents, their attributes, and what they do not keep of an error."""

import pytest
from opentelemetry import trace

from tests.people import OWNER
from tests.unit.traces.spans import KeptTraces
from watchword.traces.attributes import ATTRIBUTES

TRACE_ID, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
CARRIED = {"traceparent": f"00-{TRACE_ID}-{PARENT}-01"}


def test_a_span_within_another_is_its_child() -> None:
    traces = KeptTraces()
    with traces.span("step", access="show") as outer:
        with traces.span("send", "client", gateway="twilio"):
            pass
        outer.say(outcome="asked")
    send, step = traces.spans
    assert (send.name, step.name, step.parent) == ("send", "step", None)
    assert send.parent
    assert step.context
    assert send.parent.span_id == step.context.span_id
    assert dict(step.attributes or {}) == {"watchword.access": "show", "watchword.outcome": "asked"}
    assert dict(send.attributes or {}) == {"watchword.gateway": "twilio"}
    assert (send.kind, step.kind) == (trace.SpanKind.CLIENT, trace.SpanKind.INTERNAL)


def test_a_trace_that_is_carried_here_goes_on() -> None:
    traces = KeptTraces()
    with traces.span("GET /", "server", CARRIED):
        pass
    (span,) = traces.spans
    assert span.context
    assert f"{span.context.trace_id:032x}" == TRACE_ID
    assert span.parent
    assert f"{span.parent.span_id:016x}" == PARENT


@pytest.mark.parametrize("carried", [{}, {"traceparent": "nonsense"}, {"traceparent": ""}, {"tracestate": "a=b"}, None])
def test_one_that_cannot_be_read_begins_a_new_one(carried: dict[str, str] | None) -> None:
    traces = KeptTraces()
    with traces.span("GET /", "server", carried):
        pass
    assert traces.spans[0].parent is None


def test_of_an_error_only_its_kind_is_kept() -> None:
    traces = KeptTraces()
    with pytest.raises(ValueError, match="code"), traces.span("send"):
        raise ValueError(f"the code 042917 for {OWNER.number}")
    (span,) = traces.spans
    assert dict(span.attributes or {}) == {"error.type": "ValueError"}
    assert (span.status.status_code, span.status.description) == (trace.StatusCode.ERROR, None)
    assert span.events == ()


def test_what_has_no_name_cannot_be_said() -> None:
    traces = KeptTraces()
    with pytest.raises(KeyError), traces.span("send", number=OWNER.number):
        pass
    with traces.span("send") as span, pytest.raises(KeyError):
        span.say(code="042917")
    assert OWNER.number not in str([kept.to_json() for kept in traces.spans])


@pytest.mark.parametrize("name", [name for name in ATTRIBUTES if name != "status"])
def test_a_number_that_gets_into_any_attribute_is_masked(name: str) -> None:
    traces = KeptTraces()
    with traces.span("step", **{name: f"policy for {OWNER.number}"}):
        pass
    kept = str(dict(traces.spans[0].attributes or {}))
    assert OWNER.number[1:] not in kept
    assert "policy for +49" in kept


def test_what_runs_is_said_and_the_environment_may_say_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    def resource() -> dict[str, object]:
        traces = KeptTraces()
        with traces.span("step"):
            pass
        return dict(traces.spans[0].resource.attributes)

    assert {"service.name": "watchword", "service.version": "1.2.3"}.items() <= resource().items()
    monkeypatch.setenv("OTEL_SERVICE_NAME", "sms")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
    expected = {"service.name": "sms", "service.version": "1.2.3", "deployment.environment.name": "test"}
    assert expected.items() <= resource().items()


def test_two_applications_trace_apart_and_leave_the_process_alone() -> None:
    before = trace.get_tracer_provider()
    one, other = KeptTraces(), KeptTraces()
    with one.span("step"):
        pass
    assert (len(one.spans), len(other.spans)) == (1, 0)
    assert trace.get_tracer_provider() is before


def test_nothing_is_kept_after_its_end() -> None:
    traces = KeptTraces()
    traces.close()
    with traces.span("step"):
        pass
    assert traces.spans == []
