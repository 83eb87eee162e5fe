"""Sending a code to an enrolled phone, through the gateway of the stage it was enrolled at."""

from watchword.flows.challenge import Errors, form_error
from watchword.flows.run import Run
from watchword.phone import parse
from watchword.stages.authenticator_sms.numbers import Checked
from watchword.stages.authenticator_sms.sending import send_code
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.stages.authenticator_validate.challenge import ValidateChallenge
from watchword.stages.authenticator_validate.state import ValidateState
from watchword.storage.codes import tries_left
from watchword.storage.devices import SMSDevice

UNREACHABLE = "No message can be sent to this phone any more. Use another way."


def gateway_stage(run: Run, device: SMSDevice) -> SMSSettings | None:
    return run.snapshot.get(device.stage_pk, SMSSettings)


async def send_to_device(run: Run, state: ValidateState, device: SMSDevice) -> Errors:
    """No errors where a message went out; waits and counts are those of enrolment."""
    stage = gateway_stage(run, device)
    number = parse(device.phone_number or "")
    if stage is None or number is None:
        state.keep(run)
        return form_error(UNREACHABLE, "unreachable")
    return await send_code(run, stage, state, Checked(number=number, key=device.number_key), "validation")


async def describe_code(run: Run, state: ValidateState, challenge: ValidateChallenge) -> None:
    """What the page tells of a message that went out, if one did."""
    if state.code is not None and state.phase != "number":
        challenge.code_sent = True
        challenge.code_expires_in = state.code.seconds_left(run.now)
        challenge.attempts_left = await run.services.database.read(tries_left, state.code.id, run.now)
