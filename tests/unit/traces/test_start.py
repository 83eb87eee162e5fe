"""Whether spans go anywhere, by the variables that OpenTelemetry has for it."""

import importlib
import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from watchword.errors import SettingsInvalid
from watchword.traces import NO_TRACES
from watchword.traces.start import start_traces

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
URL = "http://127.0.0.1:9"


def started(**environ: str) -> Any:
    return start_traces(environ, version="1.2.3")


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {ENDPOINT: ""},
        {"OTEL_SERVICE_NAME": "sms"},
        {"OTEL_TRACES_EXPORTER": "none"},
        {"OTEL_TRACES_EXPORTER": "none", ENDPOINT: URL},
        {"OTEL_SDK_DISABLED": "true", ENDPOINT: URL},
        {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": URL},
    ],
)
def test_unless_it_is_asked_for_there_are_none(environ: dict[str, str]) -> None:
    assert started(**environ) is NO_TRACES


@pytest.mark.parametrize(
    "environ",
    [
        {ENDPOINT: URL},
        {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{URL}/v1/traces"},
        {"OTEL_TRACES_EXPORTER": "otlp"},
        {ENDPOINT: URL, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"},
    ],
)
def test_an_endpoint_or_an_exporter_asks_for_them(environ: dict[str, str]) -> None:
    traces = started(**environ)
    assert traces.on
    traces.close()


def test_on_the_console_each_is_printed_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    traces = started(OTEL_TRACES_EXPORTER="console")
    with traces.span("step", stage="prompt"):
        pass
    out, err = capsys.readouterr()
    assert out == ""
    assert json.loads(err)["attributes"] == {"watchword.stage": "prompt"}
    assert json.loads(err)["resource"]["attributes"]["service.version"] == "1.2.3"


@pytest.mark.parametrize(
    ("environ", "fix"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "must be otlp, console or none."),
        ({ENDPOINT: URL, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "must be http/protobuf"),
        ({ENDPOINT: URL, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "grpc"}, "4318"),
    ],
)
def test_what_it_cannot_do_stops_the_start_with_the_fix(environ: dict[str, str], fix: str) -> None:
    with pytest.raises(SettingsInvalid, match=fix):
        started(**environ)


def test_without_the_extra_the_server_starts_and_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with capture_logs() as logs:
        assert started(**{ENDPOINT: URL}) is NO_TRACES
    assert [line["event"] for line in logs] == ["traces_off"]
    assert "watchword[otel]" in logs[0]["reason"]
