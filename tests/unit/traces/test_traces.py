"""Without traces nothing is kept, and nothing needs the extra."""

import subprocess
import sys

import pytest

from watchword.traces import NO_TRACES
from watchword.traces.attributes import ATTRIBUTES


def test_a_span_that_nobody_wants_is_one_that_is_there_already() -> None:
    with NO_TRACES.span("step", stage="x") as one, NO_TRACES.span("send", "client", {"traceparent": "y"}) as other:
        one.say(outcome="z")
    assert one is other
    assert not NO_TRACES.on


def test_errors_pass_through_it() -> None:
    with pytest.raises(ZeroDivisionError), NO_TRACES.span("step"):
        raise ZeroDivisionError
    NO_TRACES.close()


def test_the_server_does_not_load_opentelemetry_unless_it_is_asked_to() -> None:
    script = (
        "import sys, watchword.app, watchword.cli; print([n for n in sys.modules if n.startswith('opentelemetry')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert done.stdout.strip() == "[]"


def test_there_is_no_word_for_what_a_span_must_not_say() -> None:
    said = " ".join([*ATTRIBUTES, *ATTRIBUTES.values()]).lower()
    for word in ("number", "phone", "user", "body", "text", "token", "secret", "address", "ip", "session", "cookie"):
        assert word not in said.replace("description", ""), word
    assert not any(name.rpartition(".")[2] in ("code", "to", "url", "query") for name in ATTRIBUTES.values())
