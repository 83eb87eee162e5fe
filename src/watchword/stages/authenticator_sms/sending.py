"""Sending a code: the waits and limits before, the record after, and what a failure leaves behind."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from watchword.codes import RESEND_WAITS
from watchword.errors import Conflict
from watchword.flows import one_time_code
from watchword.flows.challenge import Errors, form_error
from watchword.flows.limits import Held, Limits, find_room, in_words
from watchword.flows.one_time_code import IssuedCode
from watchword.flows.run import Run, Work
from watchword.flows.shelf import Shelf
from watchword.gateways.errors import SendError
from watchword.metrics.throttles import RESEND_WAIT
from watchword.phone import mask
from watchword.stages.authenticator_sms.delivery import Purpose, Recording, carry
from watchword.stages.authenticator_sms.numbers import Checked
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.stages.authenticator_sms.state import CodeState, note_held, note_others, note_sending, note_sent, sent_to
from watchword.storage.codes import kill_codes
from watchword.storage.throttles import Limit, give_back, hit

PER_SESSION = Limit(60, 3600)
"""Messages an hour that one visitor can cause, whatever numbers he types."""

WAITING = Limit(60, 3600, RESEND_WAITS)
"""What one stage sends to one number, whoever asks, in however many runs. It is the waits that bound it."""

DECOY_SECONDS = 0.3

_TRIES = 5
"""Of noting a message in a run that its visitor changes at the same time."""

NEW_CODE = "We sent a new code. The one before no longer works."


class _Claimed(NamedTuple):
    issued: IssuedCode
    code: str


async def send_code(run: Run, stage: SMSSettings, state: CodeState, checked: Checked, purpose: Purpose) -> Errors:
    """Sends a new code to the checked number, through the stage's gateway; no errors where it went out.

    Where it did not, a code sent before stays good, and no wait and no count has begun.
    """
    if problem := _wait(run, checked.key):
        state.keep(run)
        return problem
    before = state.code if state.number_key == checked.key else None
    limits = _limits(run, stage, checked)
    claimed = await _claim(run, stage, state, checked, purpose, limits)
    if isinstance(claimed, Held):
        return await _too_many(run, claimed)
    try:
        recording = await _carry(run, stage, checked, claimed, purpose)
    except SendError as error:
        await undo(run, limits, claimed.issued)
        state.phase, state.code = ("code" if before else "number"), before
        state.keep(run)
        note_sending(run, checked.key, None)
        return form_error(error.message, "send_failed")
    note_sent(run, checked.key)
    state.phase, state.notice = "code", NEW_CODE if before else ""
    state.keep(run)
    await _note_end(run, checked.key, recording, before)
    return {}


async def _claim(
    run: Run, stage: SMSSettings, state: CodeState, checked: Checked, purpose: Purpose, limits: Limits
) -> _Claimed | Held:
    """Takes the limits, issues the code and saves that it is on its way, all or nothing: of two requests at once, one
    sends. Raises `Conflict`.
    """
    now, outcomes = run.now, list[_Claimed | Held]()
    new = one_time_code.draw(
        run,
        purpose=f"sms-{purpose}",
        number_key=checked.key,
        length=stage.code_length,
        life=stage.life,
        tries=stage.tries_per_code,
        country=None if checked.decoy else checked.number.region or "",
    )

    def work(conn: Connection) -> None:
        if held := _take(conn, run, checked.key, limits, now):
            outcomes.append(held)
        else:
            claimed = _Claimed(new.issue(conn), new.code)
            outcomes.append(claimed)
            state.phase, state.code = "sending", claimed.issued
            state.number_key, state.masked = checked.key, mask(checked.number.e164)
            note_sending(run, checked.key, now)
        state.keep(run)

    await run.checkpoint(work)
    outcome = outcomes[-1]
    if isinstance(outcome, _Claimed):
        one_time_code.issued(run, outcome.issued)
    return outcome


async def _note_end(run: Run, key: str, recording: Recording | None, before: IssuedCode | None) -> None:
    """The delivery and the end of the code before, together with the step; and without it where somebody moved on
    meanwhile: the message went out all the same, and counts. Raises `Conflict` then.
    """
    dying = before if before and before.expires > run.now else None

    def work(conn: Connection, record: Callable[[Connection], int] | None = recording) -> None:
        if record is not None:
            record(conn)
        if dying is not None:
            kill_codes(conn, dying.purpose, dying.subject)

    overtaken = None
    try:
        await run.checkpoint(work)
    except Conflict as error:
        overtaken = error
        await run.services.database.run(work, recording.alone if recording else None)
        await _count_in_what_stands(run, key)
    if dying is not None:
        one_time_code.replaced(run, dying)
    if overtaken:
        raise overtaken


async def _count_in_what_stands(run: Run, key: str) -> None:
    shelf = Shelf(run.services)
    for _ in range(_TRIES):
        standing = await shelf.load(run.visit, run.flow)
        if standing is None or standing.id != run.execution.id:
            return
        late = Run(run.services, run.visit, run.flow, standing, shelf.save)
        note_sent(late, key)
        try:
            await late.checkpoint()
        except Conflict:
            continue
        return


def per_number(number_key: str) -> str:
    """The throttle of messages to one number."""
    return f"sms:number:{number_key}"


def per_stage(run: Run, number_key: str) -> str:
    """The waits between messages of the present stage to one number. Of each stage apart: at a stage for strangers
    nobody may learn that a number's owner just signs in at another one, and nobody may hold him up there.
    """
    step = run.execution.step
    return f"resend:wait:{step.stage if step else ''}:{number_key}"


def arrived(run: Run, number_key: str) -> Work:
    """The message did what it was for: only others count against the day's, and for the waits."""
    keys, now = [per_stage(run, number_key), per_number(number_key)], run.now
    return lambda conn: give_back(conn, keys, now)


def per_session(run: Run) -> tuple[str, Limit]:
    return f"sms:session:{run.visit.session.id}", PER_SESSION


def _limits(run: Run, stage: SMSSettings, checked: Checked) -> Limits:
    return [
        (per_stage(run, checked.key), WAITING),
        (per_number(checked.key), Limit(stage.sends_per_day, 86_400)),
        per_session(run),
    ]


async def refusal(run: Run, key: str, limits: Limits) -> Errors | None:
    """Why nothing may be sent now; where there is no reason, the limits are taken. `key` counts the run's waits."""
    if problem := _wait(run, key):
        return problem
    held = await run.services.database.run(_take, run, key, limits, run.now)
    return await _too_many(run, held) if held else None


def _take(conn: Connection, run: Run, key: str, limits: Limits, now: datetime) -> Held | None:
    """None where all had room. The first limit counts the waits: the run learns how far others brought them."""
    rooms = find_room(conn, limits, now)
    if isinstance(rooms, Held):
        note_held(run, key, rooms)
        return rooms
    hit(conn, rooms, now)
    note_others(run, key, len(rooms[0].hits))
    return None


def _wait(run: Run, key: str) -> Errors | None:
    wait = sent_to(run, key).wait(run.now)
    return _too_soon(run, wait) if wait else None


def _too_soon(run: Run, wait: int) -> Errors:
    run.services.metrics.throttles.held_back(RESEND_WAIT)
    return form_error(f"Please wait {in_words(wait)} before you ask for a new code.", "throttled")


async def _too_many(run: Run, held: Held) -> Errors:
    if held.limit == RESEND_WAIT:
        return _too_soon(run, held.seconds)
    run.services.metrics.throttles.held_back(held.limit)
    await run.event("code_throttled", "Too many messages were asked for", wait_seconds=held.seconds)
    return form_error(f"Too many messages. Please wait {in_words(held.seconds)} before you try again.", "throttled")


async def _carry(
    run: Run, stage: SMSSettings, checked: Checked, claimed: _Claimed, purpose: Purpose
) -> Recording | None:
    """Returns what records the delivery, if there is one; raises `SendError`."""
    if checked.decoy:
        await asyncio.sleep(DECOY_SECONDS)
        return None
    return await carry(run, stage, checked.number, claimed.code, purpose, code_id=claimed.issued.id)


async def undo(run: Run, limits: Limits, issued: IssuedCode) -> None:
    """Nothing was sent: its code is dead, and its limits are as before."""
    await one_time_code.kill(run, issued, "unsent")
    await run.services.database.run(give_back, [key for key, _ in limits], run.now)
