"""A code, tried against the chosen device alone; what follows a wrong one, and what makes a right one count once."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import msgspec
from sqlalchemy import Connection

from watchword import recovery_codes, totp
from watchword.codes import WRONG_IN_A_ROW, normalise
from watchword.flows import one_time_code
from watchword.flows.limits import Held, Limits, find_room
from watchword.flows.one_time_code import WRONG, Verdict, nothing
from watchword.flows.run import Run, Work
from watchword.stages.authenticator_validate.state import ValidateState
from watchword.storage.authenticators import Authenticator, record_failure
from watchword.storage.devices import SMSDevice
from watchword.storage.static_devices import StaticDevice, has_static_token, use_static_token
from watchword.storage.throttles import hit
from watchword.storage.totp_devices import TOTPDevice, take_totp_step
from watchword.storage.users import is_still_there

Use = Callable[[Connection], bool]
"""Uses a right code up; False where another request did so first."""


class Checked(msgspec.Struct, frozen=True):
    verdict: Verdict
    use: Use | None = None
    """Where the code was right."""


async def check_code(run: Run, state: ValidateState, device: Authenticator, typed: str) -> Checked:
    """Takes one try. A wrong code counts against the number or device, its owner, and in a row: all of it before the
    answer is told, so that parallel guesses cannot pass any of these.
    """
    failure = await _failure(run, device)
    if isinstance(device, SMSDevice):
        return await _sms(run, state, typed, failure)
    if isinstance(device, TOTPDevice):
        return await _compared(run, device, _totp(run, device, typed), failure)
    if isinstance(device, StaticDevice):
        return await _compared(run, device, await _recovery(run, device, typed), failure)
    raise AssertionError(device)


async def check_decoy(run: Run, state: ValidateState, typed: str) -> Checked:
    """The same for a code that was sent to nobody, and is never right."""
    verdict = (await _sms(run, state, typed)).verdict
    if verdict.outcome == "right":
        verdict = Verdict("wrong", verdict.tries_left)
    if verdict.outcome == "wrong":
        await run.event("login_failed", "Wrong code of a second factor")
    return Checked(verdict)


async def _sms(run: Run, state: ValidateState, typed: str, failure: Work = nothing) -> Checked:
    code, now = state.code, run.now
    if code is None:
        return Checked(Verdict("dead"))
    verdict = await one_time_code.check(run, code, normalise(typed) or "", on_wrong=failure)
    return Checked(
        verdict, (lambda conn: one_time_code.consume(conn, code, now)) if verdict.outcome == "right" else None
    )


def _totp(run: Run, device: TOTPDevice, typed: str) -> Use | None:
    secret = totp.open_secret(run.services.keyring, device.secret)
    step = totp.matching_step(secret, normalise(typed) or "", run.now, digits=device.digits)
    if step is None or (device.last_step is not None and step <= device.last_step):
        return None
    return lambda conn: take_totp_step(conn, device.id, step)


async def _recovery(run: Run, device: StaticDevice, typed: str) -> Use | None:
    plain, now = recovery_codes.normalise(typed), run.now
    for hashed in recovery_codes.token_hashes(run.services.keyring, device.user_id, plain or ""):
        if await run.services.database.read(has_static_token, device.id, hashed):
            return partial(use_static_token, device_id=device.id, token_hash=hashed, now=now)
    return None


async def _compared(run: Run, device: Authenticator, use: Use | None, failure: Work) -> Checked:
    limits: Limits = [
        (f"wrong:device:{device.device_class}:{device.id}", WRONG),
        (f"wrong:user:{device.user_id}", WRONG),
    ]
    verdict, found = await run.services.database.run(_judged, limits, use, failure, run.now)
    metrics = run.services.metrics
    metrics.codes.tried(device.device_class, verdict.outcome)
    if verdict.limit:
        metrics.throttles.held_back(verdict.limit)
    return Checked(verdict, found)


def _judged(
    conn: Connection, limits: Limits, use: Use | None, failure: Work, now: datetime
) -> tuple[Verdict, Use | None]:
    rooms = find_room(conn, limits, now)
    if isinstance(rooms, Held):
        return Verdict("throttled", wait=rooms.seconds, limit=rooms.limit), None
    if use is None:
        hit(conn, rooms, now)
        failure(conn)
        return Verdict("wrong"), None
    return Verdict("right"), use


async def _failure(run: Run, device: Authenticator) -> Work:
    failed = await run.event_work("login_failed", "Wrong code of a second factor", device_class=device.device_class)
    disabled = await run.event_work(
        "device_disabled",
        f"{device.name} was locked after {WRONG_IN_A_ROW} wrong codes in a row",
        device_class=device.device_class,
        device=device.id,
    )
    now = run.now

    def work(conn: Connection) -> None:
        if not is_still_there(conn, device.user_id):
            return  # erased meanwhile, and his device with him
        after = record_failure(conn, type(device), device.id, disable_at=WRONG_IN_A_ROW, now=now)
        failed(conn)
        if after.failures_in_a_row == WRONG_IN_A_ROW:
            disabled(conn)

    return work
