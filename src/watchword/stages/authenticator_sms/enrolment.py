"""The end of the conversation: the number is enrolled, in the transaction that uses the code up."""

from sqlalchemy import Connection

from watchword.errors import Conflict
from watchword.flows.execution import PendingDevice
from watchword.flows.one_time_code import IssuedCode, confirmed, consume
from watchword.flows.outcome import Deny, Done, Outcome
from watchword.flows.run import Run, Work
from watchword.phone import mask, number_key
from watchword.stages.authenticator_sms.pending import attach
from watchword.stages.authenticator_sms.replacing import removing, replaced, tell
from watchword.stages.authenticator_sms.sending import arrived
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.stages.authenticator_sms.state import SMSState
from watchword.storage.users import User

NO_USER = "Please sign in before you enrol a phone."


async def may_enrol(run: Run) -> bool:
    """Somebody, or in a flow that enrols people a stranger, who is written later."""
    stranger = run.flow.designation == "enrollment" and not run.execution.context.pending_user_identifier
    return stranger or await run.user() is not None


async def enrol(run: Run, stage: SMSSettings, state: SMSState) -> Outcome:
    """Raises `NumberTaken` or `TooManyDevices` in the transaction, which leaves the code unused."""
    user, code, old = await run.user(), state.code, await replaced(run, stage)
    if code is None or not await may_enrol(run):
        return Deny(NO_USER)
    phone = PendingDevice(
        stage_pk=stage.pk,
        phone_number=None if stage.verify_only else state.number,
        number=state.number,
        number_key=number_key(run.services.keyring, state.number),
        key_id=run.services.keyring.key_id,
        # Of a verify-only number not even the last digits are kept: events, devices and notices outlast the execution.
        masked="" if stage.verify_only else mask(state.number),
        max_devices=stage.max_devices,
        name=old.name if old else "",
    )
    notice = f"Your phone {phone.masked} is enrolled." if phone.masked else "Your phone is enrolled."
    run.execution.notices = [*run.execution.notices, notice]
    if user is None:
        # The stage that writes the user enrols the phone with him.
        run.execution.context.pending_devices = [*run.execution.context.pending_devices, phone]
        return Done(work=_using_up(run, code), then=lambda: confirmed(run, code))
    work = await _enrolling(run, stage, code, phone, user)
    if old is not None:
        work = _after(await removing(run, old), work)

    def then() -> None:
        confirmed(run, code)
        if old is not None:
            tell(run, stage, old)

    return Done(work=work, then=then)


def _after(first: Work, then: Work) -> Work:
    def work(conn: Connection) -> None:
        first(conn)
        then(conn)

    return work


def _using_up(run: Run, code: IssuedCode) -> Work:
    now, came_back = run.now, arrived(run, code.number_key)

    def work(conn: Connection) -> None:
        if not consume(conn, code, now):
            raise Conflict
        came_back(conn)

    return work


async def _enrolling(run: Run, stage: SMSSettings, code: IssuedCode, phone: PendingDevice, user: User) -> Work:
    now, using_up, keyring = run.now, _using_up(run, code), run.services.keyring
    event = await run.event_work(
        "device_enrolled",
        "A phone was enrolled",
        stage=stage.name,
        hashed=stage.verify_only,
        masked=phone.masked,
    )

    def work(conn: Connection) -> None:
        using_up(conn)
        attach(conn, [phone], user.id, keyring, now)
        event(conn)

    return work
