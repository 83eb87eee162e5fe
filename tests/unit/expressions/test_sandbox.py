"""The sandbox keeps what runs in it inside, and within its limits."""

import asyncio
import os
import signal
import time
from contextlib import suppress

import pytest

from tests.unit.expressions.conftest import FakeHost
from tests.unit.expressions.processes import workers
from watchword.errors import ExpressionFailed
from watchword.expressions import prelude
from watchword.expressions.functions import Resolver, host_functions
from watchword.expressions.sandbox import Evaluation, Sandbox

PRELUDE = prelude.FOR_PROMPTS
GIVEN = {"user": None, "prompt_context": {"phone": "+1"}, "http_request": None}


async def run(sandbox: Sandbox, source: str) -> object:
    functions = host_functions(FakeHost(), Resolver())
    finished = await sandbox.run(Evaluation(source, PRELUDE, GIVEN, functions))
    return finished.value


async def failure(sandbox: Sandbox, source: str) -> ExpressionFailed:
    with pytest.raises(ExpressionFailed) as caught:
        await run(sandbox, source)
    return caught.value


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("while True:\n    pass", "timeout"),
        ("x = []\nwhile True:\n    x.append('a' * 1000)", "memory"),
        ("return 'a' * 10 ** 10", "memory"),
        ("return [0] * 10 ** 9", "memory"),
        ("def f():\n    return f()\nreturn f()", "error"),
        ("return 1 / 0", "error"),
        ("return nobody", "error"),
        ("return {", "syntax"),
    ],
)
async def test_what_goes_wrong_is_named(sandbox: Sandbox, source: str, kind: str) -> None:
    error = await failure(sandbox, source)
    assert error.kind == kind
    assert error.message == "An expression failed."
    assert await run(sandbox, "return 1") == 1, "and the next one runs"


async def test_a_number_too_large_costs_a_worker_and_not_the_server(sandbox: Sandbox) -> None:
    began = time.monotonic()
    assert (await failure(sandbox, "return 10 ** 10 ** 8")).kind in {"crash", "timeout", "memory"}
    assert time.monotonic() - began < 5
    assert await run(sandbox, "return 1") == 1


async def test_a_catastrophic_pattern_ends(sandbox: Sandbox) -> None:
    began = time.monotonic()
    with suppress(ExpressionFailed):
        await run(sandbox, "return regex_match('a' * 40 + '!', r'(a+)+$')")
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "source",
    [
        "return open('/etc/passwd').read()",
        "import os\nreturn os.environ['PATH']",
        "import os\nreturn os.system('id')",
        "import socket\nreturn 1",
        "import subprocess\nreturn 1",
        "import watchword\nreturn 1",
        "from authentik.core.models import User\nreturn User",
        "return __import__('os')",
        "return ().__class__.__bases__[0].__subclasses__()",
        "return (lambda: 0).__globals__",
        "return eval('1') + exec('2')",
        "import pathlib\nreturn pathlib.Path('/etc/passwd').read_text()",
        "return ak_send_email('a@example.org', 'subject')",
        "return ak_create_jwt()",
        "return requests.get('http://127.0.0.1')",
    ],
)
async def test_nothing_of_the_host_is_reachable(sandbox: Sandbox, source: str) -> None:
    assert (await failure(sandbox, source)).kind == "error"


@pytest.mark.parametrize("name", ["ak_send_email", "ak_create_jwt", "ak_create_jwt_raw"])
async def test_what_does_not_exist_here_is_named(sandbox: Sandbox, name: str) -> None:
    assert f"{name} does not exist" in (await failure(sandbox, f"return {name}()")).detail


@pytest.mark.parametrize(
    "source",
    [
        "return _host_user_by(5)",
        "return _host_ip_address(None)",
        "return _host_phone_parse(5, [])",
        "return _host_create_event(1)",
        "return _host_nothing()",
        "return _host_has_authenticator('x', {})",
        "return ip_address('not an address')",
    ],
)
async def test_calling_the_host_with_nonsense_is_an_error_of_the_expression(sandbox: Sandbox, source: str) -> None:
    with suppress(ExpressionFailed):
        await run(sandbox, source)
    assert await run(sandbox, "return 1") == 1


async def test_an_error_names_the_administrators_line(sandbox: Sandbox) -> None:
    error = await failure(sandbox, "a = 1\nb = 2\nreturn a.nothing")
    assert (error.kind, error.line) == ("error", 3)
    assert "AttributeError" in error.detail
    assert (await failure(sandbox, "\n\nreturn nobody")).line == 3
    inner = await failure(sandbox, "def f():\n    return nobody\n\nreturn f()")
    assert inner.line == 2
    assert (await failure(sandbox, "a = 1\nreturn {")).line == 2


async def test_each_evaluation_begins_afresh(sandbox: Sandbox) -> None:
    await run(sandbox, "global leftover\nleftover = 1\nreturn leftover")
    assert (await failure(sandbox, "return leftover")).kind == "error"


async def test_one_that_runs_away_does_not_hold_up_the_others(sandbox: Sandbox) -> None:
    runaways = [asyncio.create_task(failure(sandbox, "while True:\n    pass")) for _ in range(2)]
    await asyncio.sleep(0.05)
    began = time.monotonic()
    assert await asyncio.gather(*[run(sandbox, f"return {number}") for number in range(30)]) == list(range(30))
    assert time.monotonic() - began < 2
    assert [error.kind for error in await asyncio.gather(*runaways)] == ["timeout", "timeout"]


async def test_a_worker_that_is_killed_fails_one_expression_and_is_replaced(sandbox: Sandbox) -> None:
    running = asyncio.create_task(failure(sandbox, "while True:\n    pass"))
    await asyncio.sleep(0.1)
    killed = workers()
    assert killed
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    assert (await running).kind == "crash"
    assert await run(sandbox, "return 2") == 2


async def test_a_given_time_only_lowers_the_limit(sandbox: Sandbox) -> None:
    for seconds, most in ((0.1, 0.45), (60, 2.0)):
        began = time.monotonic()
        with pytest.raises(ExpressionFailed):
            await sandbox.run(Evaluation("while True:\n    pass", PRELUDE, GIVEN, {}), seconds=seconds)
        assert time.monotonic() - began < most


@pytest.mark.parametrize(
    "source", ["return 1", "while True:\n    pass", "return nobody_knows_this", "raise ValueError", ""]
)
async def test_what_is_only_read_does_not_run(sandbox: Sandbox, source: str) -> None:
    await sandbox.parse(source)


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        ("return (", "syntax", "line 1"),
        ("x = 1\ndel x", "error", "'del'"),
        ("try:\n    pass\nexcept* ValueError:\n    pass", "error", "exception groups"),
    ],
)
async def test_what_cannot_be_read_is_refused_before_it_runs(
    sandbox: Sandbox, source: str, kind: str, words: str
) -> None:
    with pytest.raises(ExpressionFailed) as caught:
        await sandbox.parse(source)
    assert caught.value.kind == kind
    assert words in caught.value.told
