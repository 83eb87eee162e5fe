"""What is logged, and what never is."""

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog

from watchword.logs import configure

NUMBER = "+4915123456713"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err.splitlines()


def one(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (line,) = lines(capsys)
    decoded: dict[str, Any] = json.loads(line)
    return decoded


def fail(message: str) -> None:
    raise ValueError(message)


def test_a_json_line_says_when_what_and_who(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", json=True)
    structlog.get_logger("watchword.test").info("started", workers=2)
    line = one(capsys)
    moment = datetime.fromisoformat(line.pop("timestamp"))
    assert moment.utcoffset() == timedelta()
    assert line == {"event": "started", "workers": 2, "level": "info", "logger": "watchword.test"}


def test_a_pair_line_begins_with_time_level_and_event(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", json=False)
    structlog.get_logger("watchword.test").warning("slow", seconds=1.5)
    (line,) = lines(capsys)
    assert re.match(r"timestamp='[0-9T:.\-]+Z' level='warning' event='slow' ", line)
    assert "seconds=1.5" in line


@pytest.mark.parametrize("level", ["warning", "WARNING"])
def test_lines_below_the_level_are_left_out(capsys: pytest.CaptureFixture[str], level: str) -> None:
    configure(level, json=True)
    structlog.get_logger("watchword.test").info("no")
    logging.getLogger("library").info("no")
    structlog.get_logger("watchword.test").warning("yes")
    assert one(capsys)["event"] == "yes"


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="Unknown level"):
        configure("loud", json=True)


def test_a_second_call_replaces_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    configure("debug", json=False)
    configure("info", json=True)
    structlog.get_logger("watchword.test").info("once")
    assert one(capsys)["event"] == "once"


def test_other_handlers_are_left_alone() -> None:
    mine = logging.NullHandler()
    logging.getLogger().addHandler(mine)
    configure("info", json=True)
    assert mine in logging.getLogger().handlers


def test_the_request_id_is_on_every_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", json=True)
    structlog.contextvars.bind_contextvars(request_id="r-1")
    structlog.get_logger("watchword.test").info("ours")
    logging.getLogger("library").warning("theirs")
    assert [json.loads(line)["request_id"] for line in lines(capsys)] == ["r-1", "r-1"]


@pytest.mark.parametrize("as_json", [True, False])
def test_no_number_code_or_secret_is_logged(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    configure("info", json=as_json)
    structlog.get_logger("watchword.test").info(f"sent to {NUMBER}", code="987654", token="tok-1", to=[NUMBER])
    logging.getLogger("library").warning("POST %s", f"To=%2B{NUMBER[1:]}")
    shown = "\n".join(lines(capsys))
    for secret in ("987654", "tok-1", NUMBER[1:]):
        assert secret not in shown


@pytest.mark.parametrize("as_json", [True, False])
def test_no_number_is_logged_with_a_traceback(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    configure("info", json=as_json)
    try:
        fail(f"no route to {NUMBER}")
    except ValueError:
        structlog.get_logger("watchword.test").exception("failed")
        logging.getLogger("library").exception("failed")
    shown = "\n".join(lines(capsys))
    assert shown.count("ValueError: no route to") == 2
    assert NUMBER not in shown


@pytest.mark.parametrize("as_json", [True, False])
def test_a_traceback_shows_no_local_variables(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    configure("info", json=as_json)
    password = "-".join(["hunter", "2"])
    try:
        fail("no")
    except ValueError:
        structlog.get_logger("watchword.test").exception("failed")
    assert password not in "\n".join(lines(capsys))


def test_nobody_can_forge_a_line_with_a_line_break(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", json=False)
    forged = "\r\ntimestamp='2026' level='info'\u2028event='forged'\x1b[2K"
    structlog.get_logger("watchword.test").info(forged, name=forged)
    try:
        fail(forged)
    except ValueError:
        structlog.get_logger("watchword.test").exception("failed")
    first, second, *below = lines(capsys)
    assert first.startswith("timestamp=")
    assert second.startswith("timestamp=")
    assert all(line.startswith("    ") for line in below)
    assert "\x1b" not in first + second + "".join(below)


@pytest.mark.parametrize("as_json", [True, False])
def test_a_line_that_cannot_be_written_shows_nothing_and_stops_nothing(
    capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    class Broken:
        def __str__(self) -> str:
            fail("no text")
            return ""

        __repr__ = __str__

    logging.getLogger().handlers.clear()  # pytest's own would raise
    configure("info", json=as_json)
    structlog.get_logger("watchword.test").info("hello", code="987654", broken=Broken())
    (line,) = lines(capsys)
    assert line == "watchword: a line of watchword.test could not be logged"


def test_a_log_that_nobody_reads_any_more_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    monkeypatch.setattr(sys, "stderr", closed)
    configure("info", json=True)
    structlog.get_logger("watchword.test").info("read")
    assert '"event": "read"' in closed.getvalue()
    closed.close()
    structlog.get_logger("watchword.test").info("lost")
    logging.getLogger("library").warning("lost")


def test_lines_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", json=True)
    print("page", file=sys.stdout)  # noqa: T201 - to tell the two streams apart
    structlog.get_logger("watchword.test").info("hello")
    captured = capsys.readouterr()
    assert captured.out == "page\n"
    assert "hello" in captured.err


class Broken:
    """A pipe whose other end is gone."""

    def write(self, _: str) -> None:
        raise BrokenPipeError

    flush = write


def test_what_cannot_be_logged_fails_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Broken())
    configure("info", json=True)
    structlog.get_logger("watchword").info("a line that nobody reads")
