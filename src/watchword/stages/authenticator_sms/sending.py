"""Sending a code: the waits and limits before, the record after, and what a failure leaves behind."""

import asyncio

from watchword.errors import Conflict
from watchword.flows import one_time_code
from watchword.flows.challenge import Errors, form_error
from watchword.flows.limits import Limits, give_back_all, in_words, take_all
from watchword.flows.one_time_code import IssuedCode
from watchword.flows.run import Run
from watchword.flows.shelf import Shelf
from watchword.gateways.errors import SendError
from watchword.phone import mask
from watchword.stages.authenticator_sms.delivery import Purpose, deliver
from watchword.stages.authenticator_sms.numbers import Checked
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.stages.authenticator_sms.state import CodeState, note_sending, note_sent, sent_to
from watchword.storage.throttles import Limit

PER_SESSION = Limit(60, 3600)
"""Messages an hour that one visitor can cause, whatever numbers he types."""

DECOY_SECONDS = 0.3

_TRIES = 5
"""Of noting a message in a run that its visitor changes at the same time."""

NEW_CODE = "We sent a new code. The one before no longer works."


async def send_code(run: Run, stage: SMSSettings, state: CodeState, checked: Checked, purpose: Purpose) -> Errors:
    """Sends a new code to the checked number, through the stage's gateway; no errors where it went out.

    Where it did not, a code sent before stays good, and no wait and no count has begun.
    """
    limits = _limits(run, stage, checked)
    if problem := await refusal(run, checked.key, limits):
        state.keep(run)
        return problem
    before = state.code if state.number_key == checked.key else None
    issued, code = await one_time_code.issue(
        run,
        purpose=f"sms-{purpose}",
        number_key=checked.key,
        length=stage.code_length,
        life=stage.life,
        tries=stage.tries_per_code,
        country=None if checked.decoy else checked.number.region or "",
    )
    state.phase, state.code = "sending", issued
    state.number_key, state.masked = checked.key, mask(checked.number.e164)
    state.keep(run)
    note_sending(run, checked.key, run.now)
    try:
        # Saved before the send: of two requests at once, one sends.
        await run.checkpoint()
        await _carry(run, stage, checked, code, purpose, issued)
    except (SendError, Conflict) as error:
        await undo(run, limits, issued)
        if isinstance(error, Conflict):
            raise
        state.phase, state.code = ("code" if before else "number"), before
        state.keep(run)
        note_sending(run, checked.key, None)
        return form_error(error.message, "send_failed")
    await one_time_code.kill(run, before, "replaced")
    note_sent(run, checked.key)
    state.phase, state.notice = "code", NEW_CODE if before else ""
    state.keep(run)
    await _keep_count(run, checked.key)
    return {}


async def _keep_count(run: Run, key: str) -> None:
    """What was sent counts, also where this visitor went elsewhere meanwhile: raises `Conflict` then."""
    try:
        await run.checkpoint()
    except Conflict:
        await _count_in_what_stands(run, key)
        raise


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


def per_session(run: Run) -> tuple[str, Limit]:
    return f"sms:session:{run.visit.session.id}", PER_SESSION


def _limits(run: Run, stage: SMSSettings, checked: Checked) -> Limits:
    return [
        (per_number(checked.key), Limit(stage.sends_per_day, 86_400)),
        per_session(run),
    ]


async def refusal(run: Run, key: str, limits: Limits) -> Errors | None:
    """Why nothing may be sent now; where there is no reason, the limits are taken. `key` counts the waits."""
    if wait := sent_to(run, key).wait(run.now):
        run.services.metrics.throttles.held_back("resend_wait")
        return form_error(f"Please wait {in_words(wait)} before you ask for a new code.", "throttled")
    if held := await run.services.database.run(take_all, limits, run.now):
        run.services.metrics.throttles.held_back(held.limit)
        await run.event("code_throttled", "Too many messages were asked for", wait_seconds=held.seconds)
        words = in_words(held.seconds)
        return form_error(f"Too many messages. Please wait {words} before you try again.", "throttled")
    return None


async def _carry(
    run: Run, stage: SMSSettings, checked: Checked, code: str, purpose: Purpose, issued: IssuedCode
) -> None:
    if checked.decoy:
        await asyncio.sleep(DECOY_SECONDS)
    else:
        await deliver(run, stage, checked.number, code, purpose, code_id=issued.id)


async def undo(run: Run, limits: Limits, issued: IssuedCode) -> None:
    """Nothing was sent: its code is dead, and its limits are as before."""
    await one_time_code.kill(run, issued, "unsent")
    await run.services.database.run(give_back_all, [key for key, _ in limits], run.now)
