"""Changing a number: the old phone stays until the new one is confirmed, and goes in the same transaction."""

from sqlalchemy import Connection

from watchword.flows.run import Run, Work
from watchword.phone import parse
from watchword.stages.authenticator_sms.delivery import notify
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.storage.authenticators import delete_authenticator, get_authenticator
from watchword.storage.devices import SMSDevice

NOTICE = "Your phone number for {host} was changed to another one. If that was not you, tell {host} at once."


async def replaced(run: Run, stage: SMSSettings) -> SMSDevice | None:
    """The phone that goes when this run enrols one: the visitor's own, of this stage."""
    device_id, user = run.execution.context.replaces, run.visit.user
    if not device_id or user is None:
        return None
    device = await run.services.database.read(get_authenticator, SMSDevice, device_id)
    return device if device and (device.user_id, device.stage_pk) == (user.id, stage.pk) else None


async def removing(run: Run, device: SMSDevice) -> Work:
    event = await run.event_work(
        "device_removed",
        f"{device.name} gave way to another number",
        device_class=device.device_class,
        device=device.id,
        masked=device.masked,
    )

    def work(conn: Connection) -> None:
        if delete_authenticator(conn, SMSDevice, device.id):
            event(conn)

    return work


def tell(run: Run, stage: SMSSettings, device: SMSDevice) -> None:
    """Tells the old number, where it was kept, while nobody waits for it."""
    number = parse(device.phone_number or "")
    if number is not None:
        run.services.background.start(notify(run, stage, number, NOTICE.format(host=run.visit.host)))
