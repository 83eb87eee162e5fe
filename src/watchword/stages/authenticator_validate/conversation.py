"""The conversation of the validation stage: which device, its message, its code; or setting one up."""

from watchword.flows.challenge import Errors, field_error, form_error
from watchword.flows.execution import Step
from watchword.flows.outcome import Again, Deny, Done, Outcome, Show
from watchword.flows.run import Run
from watchword.flows.stage import Response
from watchword.flows.text_input import read_flag
from watchword.model.base import StageSettings
from watchword.stages.authenticator_sms.state import sent_to
from watchword.stages.authenticator_validate import blind
from watchword.stages.authenticator_validate.challenge import ConfigurationStage, ValidateChallenge
from watchword.stages.authenticator_validate.checking import check_code
from watchword.stages.authenticator_validate.devices import Found, choose, described, find_devices
from watchword.stages.authenticator_validate.passing import passed, typed_code, what_was_wrong
from watchword.stages.authenticator_validate.phone import describe_code, gateway_stage, send_to_device
from watchword.stages.authenticator_validate.remembered import is_remembered
from watchword.stages.authenticator_validate.settings import ValidateSettings
from watchword.stages.authenticator_validate.state import ValidateState
from watchword.storage.authenticators import Authenticator
from watchword.storage.devices import SMSDevice
from watchword.storage.totp_devices import TOTPDevice
from watchword.storage.users import User

NONE_CONFIGURED = "No (allowed) MFA authenticator configured."
LOCKED = "Your authenticator is locked after too many wrong codes. Please ask an administrator to restore it."
NO_OTHER = (
    "To recover your account you need a second authenticator beside your phone. Please ask an administrator to help."
)


async def begin(run: Run, stage: ValidateSettings) -> Outcome:
    if blind.is_blind(run):
        return await blind.begin(run, stage)
    user = await run.user()
    if user is None:
        return Deny(NONE_CONFIGURED)
    found = await find_devices(run, stage)
    if run.flow.designation != "recovery" and is_remembered(run, stage, user, found.usable):
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
            # The phone that gave the first proof is not asked twice: one factor must not stand for two.
            return Deny(NO_OTHER if run.execution.context.used_devices else NONE_CONFIGURED)
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
    return state.code is not None and state.code.seconds_left(run.now) > 0


async def answer(run: Run, stage: ValidateSettings, response: Response) -> Outcome:
    """A choice, a wish, or a code."""
    if blind.is_blind(run):
        return await blind.answer(run, stage, response)
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
    checked = await check_code(run, state, device, typed_code(code, _length(run, device)))
    if checked.use is not None:
        return passed(run, stage, user, device, checked.use)
    if checked.verdict.outcome == "throttled":
        await run.event("code_throttled", "Too many wrong codes", stage=stage.name, wait_seconds=checked.verdict.wait)
    return Again(what_was_wrong(checked.verdict))


def _length(run: Run, device: Authenticator) -> int:
    if isinstance(device, TOTPDevice):
        return device.digits
    stage = gateway_stage(run, device) if isinstance(device, SMSDevice) else None
    return stage.code_length if stage else 0


async def describe(run: Run, stage: ValidateSettings) -> ValidateChallenge:
    if blind.is_blind(run):
        return await blind.describe(run)
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
        challenge.resend_after = sent_to(run, device.number_key).countdown(run.now)
    await describe_code(run, state, challenge)
    return challenge


def _offered(stage: StageSettings) -> ConfigurationStage:
    name = str(getattr(stage, "friendly_name", "") or stage.name)
    return ConfigurationStage(
        pk=stage.pk,
        name=name,
        verbose_name=stage.verbose_name.removesuffix(" Setup Stage"),
        meta_model_name=stage.model,
    )
