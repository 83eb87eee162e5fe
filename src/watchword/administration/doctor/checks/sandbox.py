"""The sandbox of expressions: whether it works, how fast, and whether its limits hold."""

import time

from watchword.administration.doctor.finding import Finding, Kind
from watchword.administration.doctor.patient import Patient
from watchword.errors import ExpressionFailed
from watchword.expressions.parts import Prelude
from watchword.expressions.sandbox import Evaluation, Sandbox

WORKS = Kind("sandbox_works", "ok", "Expressions are evaluated, and their limits hold.")
FAILS = Kind(
    "sandbox_fails",
    "error",
    "The sandbox does not evaluate expressions: every policy fails, and with it every flow that has one.",
    "See that this user may start processes, and that there is memory left for them.",
)
SLOW = Kind(
    "sandbox_slow",
    "warning",
    "The sandbox takes long for the simplest expression, so that others will run out of time.",
    "See what keeps this machine busy. WATCHWORD_EXPRESSION_TIMEOUT is how long an expression may take.",
)
UNLIMITED = Kind(
    "sandbox_unlimited",
    "error",
    "The sandbox does not stop an expression that never ends: one could hold up the server.",
    "Reinstall Watchword with the versions of its packages that it was released with.",
)

KINDS = (WORKS, FAILS, SLOW, UNLIMITED)

_PRELUDE = Prelude("def _finish(value):\n    return {'value': value}")
_SIMPLE = Evaluation("return 6 * 7", _PRELUDE, {}, {})
_ENDLESS = Evaluation("while True:\n    pass", _PRELUDE, {}, {})
_ANSWER = 42
_ENDLESS_SECONDS = 0.1


async def check(patient: Patient) -> list[Finding]:
    """In a pool of its own, so that starting one is tried too, and no visitor waits for a worker."""
    async with patient.new_sandbox(patient.settings) as sandbox:
        began = time.monotonic()
        try:
            answer = (await sandbox.run(_SIMPLE)).value
        except ExpressionFailed as error:
            return [FAILS.found(f"The sandbox does not evaluate the simplest expression: {error.told}")]
        took = time.monotonic() - began
        if answer != _ANSWER:
            return [FAILS.found("The sandbox does not count right.")]
        if not await _stops(sandbox):
            return [UNLIMITED.found()]
    if took > patient.settings.policy_timeout / 2:
        return [SLOW.found(f"The sandbox takes {took * 1000:.0f} ms for the simplest expression.")]
    return [WORKS.found(f"Expressions are evaluated in {took * 1000:.1f} ms, and one that never ends is stopped.")]


async def _stops(sandbox: Sandbox) -> bool:
    try:
        await sandbox.run(_ENDLESS, seconds=_ENDLESS_SECONDS)
    except ExpressionFailed as error:
        return error.kind in ("timeout", "crash")
    return False
