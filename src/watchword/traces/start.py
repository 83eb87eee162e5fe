"""Whether spans are wanted, and where they go: by OpenTelemetry's own variables."""

import importlib
from collections.abc import Mapping

import structlog

from watchword.errors import SettingsInvalid
from watchword.traces.traces import NO_TRACES, Traces

log = structlog.get_logger(__name__)

_EXPORTER, _SERVICE = "OTEL_TRACES_EXPORTER", "watchword"
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")


def start_traces(environ: Mapping[str, str], *, version: str) -> Traces:
    """Raises `SettingsInvalid` for an exporter or a protocol that Watchword has not.

    Without the extra `otel` the log says so, and the server goes without: clusters set these variables for everybody.
    """
    exporter = _wanted(environ)
    if exporter is None:
        return NO_TRACES
    try:
        exporters = importlib.import_module("watchword.traces.exporters")
    except ModuleNotFoundError:
        log.warning("traces_off", reason="OTEL_ variables are set, but the extra is missing: install watchword[otel]")
        return NO_TRACES
    made: Traces = exporters.make(exporter, {"service.name": _SERVICE, "service.version": version})
    return made


def _wanted(environ: Mapping[str, str]) -> str | None:
    """`otlp`, `console` or None."""
    if environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    exporter = environ.get(_EXPORTER, "").strip().lower()
    if exporter == "none" or not (exporter or any(environ.get(name) for name in _ENDPOINTS)):
        return None
    exporter = exporter or "otlp"
    if exporter not in ("otlp", "console"):
        raise SettingsInvalid(f"{_EXPORTER} must be otlp, console or none.")
    protocol = next((environ[name] for name in _PROTOCOLS if environ.get(name)), "http/protobuf")
    if exporter == "otlp" and protocol != "http/protobuf":
        raise SettingsInvalid(
            "OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf: send to the collector's port 4318, not 4317."
        )
    return exporter
