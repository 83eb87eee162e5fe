"""Spans by OpenTelemetry; needs the extra `otel`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from watchword.scrub import mask_numbers
from watchword.traces.attributes import ATTRIBUTES
from watchword.traces.traces import Span, SpanKind, Traces, Value

_KINDS: dict[SpanKind, trace.SpanKind] = {
    "internal": trace.SpanKind.INTERNAL,
    "client": trace.SpanKind.CLIENT,
    "server": trace.SpanKind.SERVER,
}
_PROPAGATOR = TraceContextTextMapPropagator()


class ExportedTraces(Traces):
    """A provider of its own, not the process's: two applications trace apart. It reads `OTEL_TRACES_SAMPLER`,
    `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME` by itself.
    """

    on: ClassVar[bool] = True

    def __init__(self, processor: SpanProcessor, resource: Mapping[str, str]) -> None:
        """`resource` says what runs; the environment's words for it win."""
        known = Resource.create(dict(resource)).merge(OTELResourceDetector().detect())
        self._provider = TracerProvider(resource=known, shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("watchword")

    @contextmanager
    def span(
        self,
        name: str,
        kind: SpanKind = "internal",
        carried: Mapping[str, str] | None = None,
        /,
        **attributes: Value,
    ) -> Iterator[Span]:
        context: Context | None = _PROPAGATOR.extract(dict(carried)) if carried else None
        # Without the library's own record of an exception: its text may hold what a visitor typed.
        with self._tracer.start_as_current_span(
            name,
            context,
            _KINDS[kind],
            _named(attributes),
            record_exception=False,
            set_status_on_exception=False,
        ) as started:
            try:
                yield _Exported(started)
            except BaseException as error:
                started.set_attribute(ATTRIBUTES["error"], type(error).__name__)
                started.set_status(trace.StatusCode.ERROR)
                raise

    def close(self) -> None:
        self._provider.shutdown()


class _Exported(Span):
    def __init__(self, started: trace.Span) -> None:
        self._started = started

    def say(self, **attributes: Value) -> None:
        self._started.set_attributes(_named(attributes))


def _named(attributes: Mapping[str, Value]) -> dict[str, Value]:
    """Raises KeyError for what a span may not say."""
    return {
        ATTRIBUTES[name]: mask_numbers(value) if isinstance(value, str) else value for name, value in attributes.items()
    }
