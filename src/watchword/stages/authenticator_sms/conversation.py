"""The conversation of the SMS stage: number, message, code; and the ways back."""

from watchword.codes import normalise
from watchword.errors import Invalid, TooManyDevices
from watchword.flows.challenge import Errors, field_error, form_error
from watchword.flows.limits import in_words
from watchword.flows.one_time_code import Verdict, check
from watchword.flows.outcome import Again, Back, Deny, Outcome, Show
from watchword.flows.own_authenticators import PROVE_FIRST, may_add
from watchword.flows.run import Run
from watchword.flows.stage import Response
from watchword.flows.text_input import read_flag, read_text
from watchword.stages.authenticator_sms.challenge import SMSChallenge
from watchword.stages.authenticator_sms.enrolment import NO_USER, enrol, may_enrol
from watchword.stages.authenticator_sms.numbers import FIELD, NUMBER_FIXED, check_number, same_number
from watchword.stages.authenticator_sms.replacing import replaced
from watchword.stages.authenticator_sms.sending import send_code
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.stages.authenticator_sms.state import SMSState, sent_to
from watchword.storage.codes import tries_left
from watchword.storage.devices import count_devices

PROMPT_KEY = "phone"
"""The key of the prompt data that holds a number given at an earlier step (as authentik has it)."""

_MAX_TYPED = 300


async def begin(run: Run, stage: SMSSettings) -> Outcome:
    """Where an earlier step asked for the number, the code goes out at once."""
    if denial := await _why_not(run, stage):
        return denial
    given = _given(run)
    errors = await _try_number(run, stage, given, "") if given else None
    return Show(errors or None)


async def _why_not(run: Run, stage: SMSSettings) -> Deny | None:
    """What keeps this visitor from enrolling any number here."""
    if not await may_enrol(run):
        return Deny(NO_USER)
    if not await may_add(run):
        return Deny(PROVE_FIRST, prove=True)
    user = await run.user()
    if user is None or not stage.max_devices:
        return None
    enrolled = await run.services.database.read(count_devices, user.id, stage.pk)
    leaving = 1 if await replaced(run, stage) else 0
    return Deny(TooManyDevices().message) if enrolled - leaving >= stage.max_devices else None


async def answer(run: Run, stage: SMSSettings, response: Response) -> Outcome:
    """A number, a code, or a wish; a number beside a code is ignored, as authentik does it."""
    state = SMSState.of(run)
    if state.notice:
        state.notice = ""
        state.keep(run)
    code = response.get("code")
    if read_flag(response.get("change_number")):
        return _change_number(run, state)
    if read_flag(response.get("resend")):
        return await _resend(run, stage, state)
    if code not in (None, ""):
        return await _answer_code(run, stage, state, code)
    if response.get(FIELD) not in (None, ""):
        return await _answer_number(run, stage, state, response)
    if state.phase == "number":
        return Again(form_error("phone_number required"))
    return Again(field_error("code", "This field is required.", "required"))


async def refused(run: Run, error: Invalid) -> Outcome:
    """Somebody else enrolled the number meanwhile, or the user another phone: back to the number."""
    state = SMSState.of(run)
    state.phase, state.code = "number", None
    state.keep(run)
    run.execution.notices = []
    if isinstance(error, TooManyDevices):
        return Deny(error.message)
    return Again(field_error(FIELD, error.message, error.code))


async def describe(run: Run, stage: SMSSettings) -> SMSChallenge:
    state, now = SMSState.of(run), run.now
    fixed = bool(_given(run))
    challenge = SMSChallenge(
        pending_user=await run.user_label(),
        phone_number_required=state.phase == "number",
        number_fixed=fixed,
        can_change_number=not fixed or PROMPT_KEY in run.execution.context.prompted_at,
        code_length=stage.code_length,
        replaces=old.masked if (old := await replaced(run, stage)) else "",
    )
    if state.phase == "number" or state.code is None:
        challenge.phone_number = state.typed or _given(run)
        challenge.region = state.region or stage.default_region or run.services.settings.default_region or ""
        return challenge
    challenge.masked_number = state.masked
    challenge.code_expires_in = state.code.seconds_left(now)
    challenge.resend_after = sent_to(run, state.number_key).countdown(now)
    challenge.attempts_left = await run.services.database.read(tries_left, state.code.id, now)
    challenge.notice = state.notice
    return challenge


def _given(run: Run) -> str:
    """The number that an earlier step supplied, as typed there."""
    return read_text(run.execution.context.prompt_data.get(PROMPT_KEY), limit=_MAX_TYPED) or ""


async def _try_number(run: Run, stage: SMSSettings, text: str, region: str) -> Errors:
    """Sends a code to a number; whatever goes wrong, the visitor stays at the number he typed."""
    state = SMSState(typed=text, region=region)
    checked = await check_number(run, stage, text, region)
    if isinstance(checked, dict):
        state.keep(run)
        return checked
    state.number, state.number_key = checked.number.e164, checked.key
    return await send_code(run, stage, state, checked, "enrolment")


async def _answer_number(run: Run, stage: SMSSettings, state: SMSState, response: Response) -> Outcome:
    text = read_text(response.get(FIELD), limit=_MAX_TYPED)
    if text is None:
        return Again(field_error(FIELD, "This does not look like a phone number."))
    region = (read_text(response.get("region"), limit=2) or "").upper()
    given = _given(run)
    if given and not same_number(run, stage, given, text, region):
        return Again(field_error(FIELD, NUMBER_FIXED, "number_fixed"))
    if state.code and same_number(run, stage, state.number, text, region):
        return await _resend(run, stage, state)
    errors = await _try_number(run, stage, given or text, region)
    return Again(errors) if errors else Show(errors)


def _change_number(run: Run, state: SMSState) -> Outcome:
    if _given(run):
        return Back(PROMPT_KEY) if PROMPT_KEY in run.execution.context.prompted_at else Again(form_error(NUMBER_FIXED))
    SMSState(typed=state.typed, region=state.region).keep(run)
    return Show({})


async def _resend(run: Run, stage: SMSSettings, state: SMSState) -> Outcome:
    if not state.typed:
        return Again(form_error("phone_number required"))
    checked = await check_number(run, stage, state.typed, state.region)
    if isinstance(checked, dict):
        return Again(checked)
    state.number = checked.number.e164
    errors = await send_code(run, stage, state, checked, "enrolment")
    return Again(errors) if errors else Show(errors)


async def _answer_code(run: Run, stage: SMSSettings, state: SMSState, code: object) -> Outcome:
    if state.code is None or state.phase == "number":
        return Again(form_error("phone_number required"))
    typed = read_text(code, limit=64)
    if isinstance(code, int) and typed:
        # A client that keeps codes as integers has lost the leading zeros.
        typed = typed.zfill(stage.code_length)
    verdict = await check(run, state.code, normalise(typed or "") or "")
    if verdict.outcome == "right":
        return await enrol(run, stage, state)
    if verdict.outcome == "throttled":
        await run.event("code_throttled", "Too many wrong codes", stage=stage.name, wait_seconds=verdict.wait)
    return Again(form_error(*_wrong(verdict)))


def _wrong(verdict: Verdict) -> tuple[str, str]:
    match verdict.outcome:
        case "expired":
            return "This code has expired. Ask for a new one.", "expired"
        case "spent":
            return "Too many wrong tries. Ask for a new code.", "spent"
        case "throttled":
            return f"Too many wrong codes. Wait {in_words(verdict.wait)} before you try again.", "throttled"
        case _:
            return "Code does not match", "invalid"
