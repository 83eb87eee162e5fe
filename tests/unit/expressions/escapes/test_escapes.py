"""The list of attempts to escape from the sandbox. None gets out, and none spoils anything for those after it."""

import asyncio
import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.unit.expressions.escapes import exhaustion, host, introspection, system, wrapping
from tests.unit.expressions.escapes.attempt import SECRET, Attempt, Fails
from tests.unit.expressions.pen import SECONDS, Pen
from tests.unit.expressions.processes import workers
from watchword.errors import ExpressionFailed
from watchword.expressions.finished import Finished
from watchword.expressions.sandbox import AT_ONCE, NESTED, Sandbox

ATTEMPTS = [*introspection.ATTEMPTS, *system.ATTEMPTS, *exhaustion.ATTEMPTS, *wrapping.ATTEMPTS, *host.ATTEMPTS]
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pen() -> AsyncIterator[Pen]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("WATCHWORD_SECRET_KEY", SECRET)
        async with Sandbox(timeout=SECONDS, memory_mib=16) as sandbox:
            yield Pen(sandbox)


async def test_there_are_more_than_fifty_and_each_says_what_it_tries() -> None:
    assert len(ATTEMPTS) > 50
    assert len({attempt.tries for attempt in ATTEMPTS}) == len(ATTEMPTS)
    assert len({attempt.source for attempt in ATTEMPTS}) == len(ATTEMPTS)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.tries)
async def test_nobody_escapes(pen: Pen, attempt: Attempt) -> None:
    environment, directory, process = dict(os.environ), os.getcwd(), os.getpid()
    ended = await pen.tried(attempt.source)
    if isinstance(attempt.ends, Fails):
        assert isinstance(ended, ExpressionFailed), f"it gave {ended!r}"
        assert ended.kind in attempt.ends.kinds.split()
        assert attempt.ends.words in ended.detail
        assert len(ended.told) < 2000
    else:
        assert isinstance(ended, Finished), getattr(ended, "told", ended)
        assert ended.value == attempt.ends.value
        assert type(ended.value) is type(attempt.ends.value)
    assert SECRET not in repr(ended) + getattr(ended, "detail", "")
    assert (dict(os.environ), os.getcwd(), os.getpid()) == (environment, directory, process)
    await unharmed(pen)


async def unharmed(pen: Pen) -> None:
    """The next expression is served, as if there had been none before it."""
    assert all(action.startswith("custom_") or action == "policy_exception" for action, _ in pen.host.events)
    pen.host.events.clear()
    assert len(workers()) <= AT_ONCE * (NESTED + 1)
    ended = await pen.tried(
        "ak_message(context['prompt_data']['phone'])\n"
        "return (len(_messages), len(_logs), ak_user_by(username='oscar').pk)"
    )
    assert isinstance(ended, Finished), getattr(ended, "told", ended)
    assert (ended.value, ended.messages) == ((1, 0, 2), ["+4915123456713"])


async def test_many_attempts_at_once_leave_every_turn_free(pen: Pen) -> None:
    hard = [attempt for attempt in ATTEMPTS if isinstance(attempt.ends, Fails) and "memory" in attempt.ends.kinds]
    assert len(hard) > 2 * AT_ONCE
    ended = await asyncio.gather(*(pen.tried(attempt.source) for attempt in hard))
    assert all(isinstance(one, ExpressionFailed) for one in ended)
    await unharmed(pen)
    both = await asyncio.gather(*(pen.tried("return 1") for _ in range(2 * AT_ONCE)))
    assert [one.value for one in both if isinstance(one, Finished)] == [1] * (2 * AT_ONCE)
