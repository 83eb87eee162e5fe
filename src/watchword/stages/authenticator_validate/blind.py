"""Recovery: a code is asked of somebody who has proven nothing yet, and who must learn nothing by it.

Whether the name he typed is a user's, whether that user has a phone, which one, and whether a message could be sent
to it: whatever the case, he reads the same words after the same work, and waits and limits are counted for what was
typed. The message itself goes out while nobody waits for it.
"""

from typing import Literal

from sqlalchemy import Connection

from watchword.codes import RESEND_WAITS
from watchword.errors import Conflict
from watchword.flows import one_time_code
from watchword.flows.challenge import Errors, form_error
from watchword.flows.limits import Held, Limits, take_all
from watchword.flows.one_time_code import IssuedCode
from watchword.flows.outcome import Again, Deny, Outcome, Show
from watchword.flows.run import Run
from watchword.flows.stage import Response
from watchword.flows.text_input import read_flag
from watchword.gateways.errors import SendError
from watchword.phone import parse
from watchword.stages.authenticator_sms.delivery import deliver
from watchword.stages.authenticator_sms.sending import NEW_CODE, per_number, per_session, refusal, undo
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.stages.authenticator_sms.state import note_sent, sent_to
from watchword.stages.authenticator_validate.challenge import DeviceChallenge, DeviceHint, ValidateChallenge
from watchword.stages.authenticator_validate.checking import check_code, check_decoy
from watchword.stages.authenticator_validate.devices import choose, find_devices
from watchword.stages.authenticator_validate.passing import passed, typed_code, what_was_wrong
from watchword.stages.authenticator_validate.phone import describe_code, gateway_stage
from watchword.stages.authenticator_validate.settings import ValidateSettings
from watchword.stages.authenticator_validate.state import ValidateState
from watchword.storage.devices import DEFAULT_NAME, SMSDevice
from watchword.storage.throttles import Limit, give_back
from watchword.storage.users import fold, is_still_there

NOT_OFFERED = "Your account cannot be recovered by a text message here. Please ask an administrator."

A_DAY = Limit(3, 86_400, RESEND_WAITS)
"""Messages for one name, whether or not it is a user's, and to one number: fewer than a number may get in all, so that
a stranger who plays with somebody's recovery leaves him messages to sign in by. Their waits hold in all runs alike.
"""


def is_blind(run: Run) -> bool:
    context = run.execution.context
    proven = context.password_verified or bool(context.second_factor)
    return run.flow.designation == "recovery" and bool(context.pending_user_identifier) and not proven


async def begin(run: Run, stage: ValidateSettings) -> Outcome:
    if _gateway(run, None) is None or SMSDevice.device_class not in stage.device_classes:
        return Deny(NOT_OFFERED)
    return Show(await _send(run, stage) or None)


async def answer(run: Run, stage: ValidateSettings, response: Response) -> Outcome:
    if read_flag(response.get("resend")):
        errors = await _send(run, stage)
        return Again(errors) if errors else Show({})
    code = response.get("code")
    if code in (None, ""):
        chosen = response.get("selected_challenge") not in (None, "")
        return Show({}) if chosen else Again(form_error("Empty response"))
    return await _answer_code(run, stage, code)


async def _answer_code(run: Run, stage: ValidateSettings, code: object) -> Outcome:
    state, user = ValidateState.of(run), await run.user()
    if state.notice:
        state.notice = ""
        state.keep(run)
    device = choose((await find_devices(run, stage)).usable, state.device_class, state.device_uid)
    typed = typed_code(code, _length(run))
    checked = await (check_code(run, state, device, typed) if device else check_decoy(run, state, typed))
    if user and device and checked.use:
        return passed(run, stage, user, device, checked.use)
    return Again(what_was_wrong(checked.verdict))


async def _send(run: Run, stage: ValidateSettings) -> Errors:
    state, name = ValidateState.of(run), _name(run)
    limits: Limits = [(f"recovery:name:{name}", A_DAY), per_session(run)]
    if problem := await refusal(run, name, limits):
        state.keep(run)
        return problem
    phone = await _phone(run, stage)
    gateway = _gateway(run, phone)
    if gateway is None:
        return form_error(NOT_OFFERED)
    new = one_time_code.draw(
        run,
        purpose="sms-recovery",
        number_key=phone.number_key if phone else name,
        length=gateway.code_length,
        life=gateway.life,
        tries=gateway.tries_per_code,
        country=_country(phone) if phone else None,
    )
    issued = await run.services.database.run(new.issue)
    one_time_code.issued(run, issued)
    before, state.code, state.phase = state.code, issued, "code"
    state.device_class, state.device_uid = SMSDevice.device_class, str(phone.id) if phone else ""
    state.notice = NEW_CODE if before else ""
    state.keep(run)
    note_sent(run, name)
    try:
        await run.checkpoint()
    except Conflict:
        await undo(run, limits, issued)
        raise
    await one_time_code.kill(run, before, "replaced")
    if phone and not run.services.background.start(_carry(run, gateway, phone, new.code, issued)):
        one_time_code.unsent(run, issued)
    return {}


async def _carry(run: Run, gateway: SMSSettings, phone: SMSDevice, code: str, issued: IssuedCode) -> None:
    """What goes wrong here is told to administrators, in events, and to nobody else."""
    number = parse(phone.phone_number or "")
    limits: Limits = [
        (f"recovery:number:{phone.number_key}", A_DAY),
        (per_number(phone.number_key), Limit(gateway.sends_per_day, 86_400)),
    ]
    if number is None:
        return

    def take(conn: Connection) -> Held | Literal["erased"] | None:
        return take_all(conn, limits, run.now) if is_still_there(conn, phone.user_id) else "erased"

    held = await run.services.database.run(take)
    if held == "erased":
        return
    if held is not None:
        run.services.metrics.throttles.held_back(held.limit)
        await run.event("code_throttled", "Too many messages were asked for", wait_seconds=held.seconds)
        one_time_code.unsent(run, issued)
        return
    try:
        await deliver(run, gateway, number, code, "recovery", code_id=issued.id)
    except SendError:
        one_time_code.unsent(run, issued)
        await run.services.database.run(give_back, [key for key, _ in limits], run.now)


def _country(phone: SMSDevice) -> str:
    number = parse(phone.phone_number or "")
    return (number.region if number else "") or ""


def _name(run: Run) -> str:
    """What was typed, so that limits are counted for names that nobody has, too; a keyed hash."""
    return run.services.keyring.digest("recovery-name", fold(run.execution.context.pending_user_identifier))


async def _phone(run: Run, stage: ValidateSettings) -> SMSDevice | None:
    """The phone used last, of those that a message can still reach."""
    user = await run.user()
    if user is None or not user.is_active:
        return None
    usable = (await find_devices(run, stage)).usable
    phones = [one for one in usable if isinstance(one, SMSDevice) and gateway_stage(run, one)]
    return max(phones, key=lambda phone: phone.last_used or phone.created, default=None)


def _gateway(run: Run, phone: SMSDevice | None) -> SMSSettings | None:
    """The phone's own; for nobody's phone the first that there is, so that his code is as long and lives as long."""
    if phone:
        return gateway_stage(run, phone)
    return min(run.snapshot.all(SMSSettings), key=lambda stage: (stage.verify_only, stage.name), default=None)


def _length(run: Run) -> int:
    gateway = _gateway(run, None)
    return gateway.code_length if gateway else 0


async def describe(run: Run) -> ValidateChallenge:
    """One phone without a number, whatever there is."""
    state, sms = ValidateState.of(run), SMSDevice.device_class
    offered = DeviceChallenge(
        device_class=sms, device_uid="0", challenge=DeviceHint(), last_used=None, name=DEFAULT_NAME
    )
    challenge = ValidateChallenge(
        pending_user=await run.user_label(),
        device_challenges=[offered],
        configuration_stages=[],
        selected_class=sms,
        selected_device="0",
        notice=state.notice,
        code_length=_length(run),
        resend_after=sent_to(run, _name(run)).countdown(run.now),
    )
    await describe_code(run, state, challenge)
    return challenge
