"""What follows an answer that was a code."""

from sqlalchemy import Connection

from watchword.errors import Conflict
from watchword.flows.challenge import Errors, field_error
from watchword.flows.limits import in_words
from watchword.flows.one_time_code import Verdict, confirmed
from watchword.flows.outcome import Done, Outcome
from watchword.flows.proofs import proof_work
from watchword.flows.run import Run
from watchword.flows.text_input import read_text
from watchword.stages.authenticator_sms.sending import arrived
from watchword.stages.authenticator_validate.checking import Use
from watchword.stages.authenticator_validate.remembered import remember
from watchword.stages.authenticator_validate.settings import ValidateSettings
from watchword.stages.authenticator_validate.state import ValidateState
from watchword.storage.authenticators import Authenticator, record_use
from watchword.storage.devices import SMSDevice
from watchword.storage.users import User

_MAX_CODE = 64


def typed_code(code: object, length: int) -> str:
    typed = read_text(code, limit=_MAX_CODE) or ""
    # A client that keeps codes as integers has lost the leading zeros.
    return typed.zfill(length) if isinstance(code, int) else typed


def what_was_wrong(verdict: Verdict) -> Errors:
    match verdict.outcome:
        case "expired" | "dead":
            return field_error("code", "This code has expired. Ask for a new one.", "expired")
        case "spent":
            return field_error("code", "Too many wrong tries. Ask for a new code.", "spent")
        case "throttled":
            wait = in_words(verdict.wait)
            return field_error("code", f"Too many wrong codes. Wait {wait} before you try again.", "throttled")
        case _:
            return field_error("code", "Invalid code", "invalid")


def passed(run: Run, stage: ValidateSettings, user: User, device: Authenticator, use: Use) -> Outcome:
    now, cookie, sent = run.now, remember(run, stage, user, device), ValidateState.of(run).code
    came_back = arrived(run, device.number_key) if isinstance(device, SMSDevice) else None
    proven = proof_work(run, user, "second_factor", device.reference)

    def work(conn: Connection) -> None:
        if not use(conn):
            raise Conflict
        record_use(conn, type(device), device.id, now)
        if came_back:
            came_back(conn)
        proven(conn)

    def then() -> None:
        if isinstance(device, SMSDevice) and sent:
            confirmed(run, sent)
        run.visit.remember = cookie or run.visit.remember

    method = {"device_class": device.device_class, "device_uid": str(device.id), "at": int(now.timestamp())}
    context = run.execution.context
    context.second_factor = method
    context.used_devices = [*context.used_devices, device.reference]
    context.extra = {"auth_method": "auth_mfa", **context.extra, "auth_method_args": {"mfa_devices": [method]}}
    return Done(work=work, then=then)
