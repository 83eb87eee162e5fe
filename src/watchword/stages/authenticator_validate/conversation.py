"""The conversation of the validation stage: which device, its message, its code; or setting one up."""

from sqlalchemy import Connection

from watchword.clock import seconds_until
from watchword.errors import Conflict
from watchword.flows.challenge import Errors, field_error, form_error
from watchword.flows.execution import Step
from watchword.flows.limits import in_words
from watchword.flows.one_time_code import Verdict
from watchword.flows.outcome import Again, Deny, Done, Outcome, Show
from watchword.flows.proofs import proof_work
from watchword.flows.run import Run
from watchword.flows.stage import Response
from watchword.flows.text_input import read_flag, read_text
from watchword.model.base import StageSettings
from watchword.stages.authenticator_sms.sending import per_number
from watchword.stages.authenticator_sms.state import sent_to
from watchword.stages.authenticator_validate.challenge import ConfigurationStage, ValidateChallenge
from watchword.stages.authenticator_validate.checking import Use, check_code
from watchword.stages.authenticator_validate.devices import Found, choose, described, find_devices
from watchword.stages.authenticator_validate.phone import gateway_stage, send_to_device
from watchword.stages.authenticator_validate.remembered import is_remembered, remember
from watchword.stages.authenticator_validate.settings import ValidateSettings
from watchword.stages.authenticator_validate.state import ValidateState
from watchword.storage.authenticators import Authenticator, record_use
from watchword.storage.codes import tries_left
from watchword.storage.devices import SMSDevice
from watchword.storage.throttles import give_back
from watchword.storage.totp_devices import TOTPDevice
from watchword.storage.users import User

NONE_CONFIGURED = "No (allowed) MFA authenticator configured."
LOCKED = "Your authenticator is locked after too many wrong codes. Please ask an administrator to restore it."
_MAX_CODE = 64


async def begin(run: Run, stage: ValidateSettings) -> Outcome:
    user = await run.user()
    if user is None:
        return Deny(NONE_CONFIGURED)
    found = await find_devices(run, stage)
    if is_remembered(run, stage, user, found.usable):
        return Done()
    if not found.usable:
        return await _without(run, stage, found)
    if len(found.usable) == 1:
        return Show(await _select(run, found.usable[0]) or None)
    return Show()


async def _without(run: Run, stage: ValidateSettings, found: Found) -> Outcome:
    """A locked device is not none: a hundred wrong guesses must not open the way past it."""
    if found.locked:
        return Deny(LOCKED)
    match stage.not_configured_action:
        case "skip":
            return Done()
        case "deny":
            return Deny(NONE_CONFIGURED)
        case "configure":
            stages = _configurable(run, stage)
            if not stages:
                await run.event("configuration_error", "No stage sets an authenticator up", stage=stage.name)
                return Deny(NONE_CONFIGURED)
            return _configure(run, stages[0]) if len(stages) == 1 else Show()


def _configurable(run: Run, stage: ValidateSettings) -> list[StageSettings]:
    return [found for pk in stage.configuration_stages if (found := run.snapshot.get(pk, StageSettings))]


def _configure(run: Run, chosen: StageSettings) -> Outcome:
    """The chosen stage takes the next place; what it sets up counts for this time."""
    execution = run.execution
    here = execution.steps[execution.position]
    following = execution.position + 1
    inserted = Step(binding=here.binding, stage=chosen.pk, reevaluate=here.reevaluate)
    execution.steps = (*execution.steps[:following], inserted, *execution.steps[following:])
    return Done()


async def _select(run: Run, device: Authenticator) -> Errors:
    """A message goes out when its phone is chosen, once; again only where it is asked for."""
    state = ValidateState.of(run)
    chosen = (device.device_class, str(device.id))
    if (state.device_class, state.device_uid) != chosen:
        state = ValidateState(device_class=chosen[0], device_uid=chosen[1])
    if not isinstance(device, SMSDevice) or (state.phase == "code" and _is_live(run, state)):
        state.notice = ""
        state.keep(run)
        return {}
    return await send_to_device(run, state, device)


def _is_live(run: Run, state: ValidateState) -> bool:
    return state.code is not None and state.code.expires > run.now


async def answer(run: Run, stage: ValidateSettings, response: Response) -> Outcome:
    """A choice, a wish, or a code."""
    user = await run.user()
    found = await find_devices(run, stage)
    if user is None or not found.usable:
        return await _answer_without(run, stage, found, response)
    if response.get("selected_challenge") not in (None, ""):
        return await _answer_choice(run, found, response["selected_challenge"])
    if read_flag(response.get("change_device")):
        ValidateState().keep(run)
        return Show({})
    state = ValidateState.of(run)
    device = choose(found.usable, state.device_class, state.device_uid)
    if read_flag(response.get("resend")) and isinstance(device, SMSDevice):
        errors = await send_to_device(run, state, device)
        return Again(errors) if errors else Show({})
    return await _answer_code(run, stage, user, device, response.get("code"))


async def _answer_without(run: Run, stage: ValidateSettings, found: Found, response: Response) -> Outcome:
    """While he is asked which authenticator to set up; or his last one was taken away meanwhile."""
    stages = _configurable(run, stage) if stage.not_configured_action == "configure" and not found.locked else []
    if not stages:
        outcome = await _without(run, stage, found)
        return outcome if isinstance(outcome, Deny) else Deny(NONE_CONFIGURED)
    chosen = next((one for one in stages if one.pk == response.get("selected_stage")), None)
    if chosen is None:
        return Again(field_error("selected_stage", "Selected stage is invalid"))
    return _configure(run, chosen)


async def _answer_choice(run: Run, found: Found, chosen: object) -> Outcome:
    """JSON sends the challenge as it was offered; a form its class and id, as `sms:7`."""
    if isinstance(chosen, str):
        device_class, _, device_uid = chosen.partition(":")
        device = choose(found.usable, device_class, device_uid)
    elif isinstance(chosen, dict):
        device = choose(found.usable, chosen.get("device_class"), chosen.get("device_uid"))
    else:
        device = None
    if device is None:
        return Again(field_error("selected_challenge", "invalid challenge selected"))
    errors = await _select(run, device)
    return Again(errors) if errors else Show({})


async def _answer_code(
    run: Run, stage: ValidateSettings, user: User, device: Authenticator | None, code: object
) -> Outcome:
    if code in (None, ""):
        return Again(form_error("Empty response"))
    if device is None:
        return Again(field_error("code", "Choose first which authenticator you want to use.", "no_device"))
    state = ValidateState.of(run)
    if state.notice:
        state.notice = ""
        state.keep(run)
    typed = read_text(code, limit=_MAX_CODE) or ""
    if isinstance(code, int):
        # A client that keeps codes as integers has lost the leading zeros.
        typed = typed.zfill(_length(run, device))
    checked = await check_code(run, state, device, typed)
    if checked.use is not None:
        return _passed(run, stage, user, device, checked.use)
    if checked.verdict.outcome == "throttled":
        await run.event("code_throttled", "Too many wrong codes", stage=stage.name, wait_seconds=checked.verdict.wait)
    return Again(field_error("code", *_wrong(checked.verdict)))


def _wrong(verdict: Verdict) -> tuple[str, str]:
    match verdict.outcome:
        case "expired" | "dead":
            return "This code has expired. Ask for a new one.", "expired"
        case "spent":
            return "Too many wrong tries. Ask for a new code.", "spent"
        case "throttled":
            return f"Too many wrong codes. Wait {in_words(verdict.wait)} before you try again.", "throttled"
        case _:
            return "Invalid code", "invalid"


def _passed(run: Run, stage: ValidateSettings, user: User, device: Authenticator, use: Use) -> Outcome:
    now, cookie, proven = run.now, remember(run, stage, user, device), proof_work(run, user, "second_factor")

    def work(conn: Connection) -> None:
        if not use(conn):
            raise Conflict
        record_use(conn, type(device), device.id, now)
        if isinstance(device, SMSDevice):
            # The message did what it was for: only others count against the day's.
            give_back(conn, per_number(device.number_key), now)
        proven(conn)

    def then() -> None:
        run.visit.remember = cookie or run.visit.remember

    method = {"device_class": device.device_class, "device_uid": str(device.id), "at": int(now.timestamp())}
    context = run.execution.context
    context.second_factor = method
    context.extra = {"auth_method": "auth_mfa", **context.extra, "auth_method_args": {"mfa_devices": [method]}}
    return Done(work=work, then=then)


def _length(run: Run, device: Authenticator) -> int:
    if isinstance(device, TOTPDevice):
        return device.digits
    stage = gateway_stage(run, device) if isinstance(device, SMSDevice) else None
    return stage.code_length if stage else 0


async def describe(run: Run, stage: ValidateSettings) -> ValidateChallenge:
    state, found = ValidateState.of(run), await find_devices(run, stage)
    device = choose(found.usable, state.device_class, state.device_uid)
    challenge = ValidateChallenge(
        pending_user=await run.user_label(),
        device_challenges=[described(one) for one in found.usable],
        configuration_stages=[] if found.usable else [_offered(one) for one in _configurable(run, stage)],
    )
    if device is None:
        return challenge
    challenge.selected_class, challenge.selected_device = device.device_class, str(device.id)
    challenge.code_length, challenge.notice = _length(run, device), state.notice
    if isinstance(device, SMSDevice):
        challenge.masked_number = device.masked
        challenge.resend_after = sent_to(run, device.number_key).wait(run.now)
    if state.code is not None and state.phase != "number":
        challenge.code_sent = True
        challenge.code_expires_in = seconds_until(state.code.expires, run.now)
        challenge.attempts_left = await run.services.database.read(tries_left, state.code.id, run.now)
    return challenge


def _offered(stage: StageSettings) -> ConfigurationStage:
    name = str(getattr(stage, "friendly_name", "") or stage.name)
    return ConfigurationStage(
        pk=stage.pk,
        name=name,
        verbose_name=stage.verbose_name.removesuffix(" Setup Stage"),
        meta_model_name=stage.model,
    )
