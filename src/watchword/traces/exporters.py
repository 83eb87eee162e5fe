"""Where spans go; needs the extra `otel`."""

import sys
from collections.abc import Mapping

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SimpleSpanProcessor

from watchword.traces.exported import ExportedTraces


def make(exporter: str, resource: Mapping[str, str]) -> ExportedTraces:
    """`otlp`, which reads `OTEL_EXPORTER_OTLP_*` by itself, or `console`: to stderr, as the log."""
    processor: SpanProcessor = (
        SimpleSpanProcessor(ConsoleSpanExporter(out=sys.stderr))
        if exporter == "console"
        else BatchSpanProcessor(OTLPSpanExporter())
    )
    return ExportedTraces(processor, resource)
