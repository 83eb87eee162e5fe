"""The doctor on the sandbox."""

from typing import Any, Self

import pytest

from tests.unit.administration.doctor.patients import codes, patient
from watchword.administration.doctor.checks import sandbox
from watchword.administration.doctor.checks.sandbox import _ENDLESS, check
from watchword.errors import ExpressionFailed
from watchword.expressions.finished import Finished
from watchword.expressions.sandbox import Evaluation


class Odd:
    """A sandbox that answers as it was told to: first the simple expression, then the one that never ends."""

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)
        self.asked: list[Evaluation] = []
        self.closed = False
        self.seconds: float | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.closed = True

    async def run(self, evaluation: Evaluation, *, seconds: float | None = None) -> Any:
        self.asked.append(evaluation)
        self.seconds = seconds
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def found(*answers: Any, **values: Any) -> tuple[list[str], Odd]:
    odd = Odd(*answers)
    return codes(await check(patient(new_sandbox=lambda _: odd, **values))), odd


LATE = ExpressionFailed("timeout", "The expression took longer.")


async def test_the_real_one_works_and_keeps_its_limits() -> None:
    [told] = await check(patient())
    assert told.code == "sandbox_works"
    assert " ms" in told.sentence


async def test_one_that_answers_and_stops_is_fine() -> None:
    found_codes, odd = await found(Finished(value=42), LATE)
    assert found_codes == ["sandbox_works"]
    assert odd.asked[1] == _ENDLESS
    assert odd.seconds is not None
    assert odd.seconds < 1, "nobody is to wait for it"
    assert odd.closed


@pytest.mark.parametrize("kind", ["timeout", "memory", "crash", "error"])
async def test_one_that_fails_is_wrong_and_says_why(kind: Any) -> None:
    odd = Odd(ExpressionFailed(kind, "No worker of the sandbox was free in time."))
    [told] = await check(patient(new_sandbox=lambda _: odd))
    assert told.code == sandbox.FAILS.code
    assert "No worker of the sandbox" in told.sentence
    assert odd.closed


async def test_one_that_counts_wrong_is_wrong() -> None:
    assert (await found(Finished(value=41)))[0] == ["sandbox_fails"]


async def test_one_that_does_not_stop_is_wrong() -> None:
    assert (await found(Finished(value=42), Finished(value=None)))[0] == ["sandbox_unlimited"]
    assert (await found(Finished(value=42), ExpressionFailed("error", "?")))[0] == ["sandbox_unlimited"]


async def test_a_worker_that_had_to_be_killed_is_a_limit_that_holds() -> None:
    assert (await found(Finished(value=42), ExpressionFailed("crash", "Stopped.")))[0] == ["sandbox_works"]


async def test_one_that_takes_long_for_little_is_told() -> None:
    assert (await found(Finished(value=42), LATE, policy_timeout=0.0))[0] == ["sandbox_slow"]
