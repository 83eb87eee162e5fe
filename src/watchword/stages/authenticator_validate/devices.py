"""Which authenticators may be used here: confirmed, of an allowed class, neither hashed nor locked."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from watchword.flows.run import Run
from watchword.stages.authenticator_validate.challenge import DeviceChallenge, DeviceHint
from watchword.stages.authenticator_validate.settings import ValidateSettings
from watchword.storage.authenticators import Authenticator
from watchword.storage.device_classes import all_authenticators_of
from watchword.storage.devices import SMSDevice
from watchword.storage.static_devices import StaticDevice, static_tokens_left


class Found(msgspec.Struct, frozen=True):
    """`locked` are disabled ones: they cannot be used, and yet their owner is not one without."""

    usable: tuple[Authenticator, ...]
    locked: tuple[Authenticator, ...]


async def find_devices(run: Run, stage: ValidateSettings) -> Found:
    user = await run.user()
    if user is None:
        return Found((), ())
    found = await run.services.database.read(_find, user.id, stage.device_classes)
    if run.flow.designation != "recovery":
        return found
    used = run.execution.context.used_devices
    return Found(tuple(device for device in found.usable if device.reference not in used), found.locked)


def _find(conn: Connection, user_id: int, classes: Sequence[str]) -> Found:
    allowed = [
        device
        for device in all_authenticators_of(conn, user_id)
        if device.confirmed and device.device_class in classes and not _is_hashed(device) and _has_codes(conn, device)
    ]
    return Found(
        tuple(device for device in allowed if not device.disabled),
        tuple(device for device in allowed if device.disabled),
    )


def _is_hashed(device: Authenticator) -> bool:
    return isinstance(device, SMSDevice) and device.phone_number is None


def _has_codes(conn: Connection, device: Authenticator) -> bool:
    """A set of recovery codes that are all used up is none."""
    return not isinstance(device, StaticDevice) or static_tokens_left(conn, device.id) > 0


def choose(devices: Sequence[Authenticator], device_class: object, device_uid: object) -> Authenticator | None:
    return next(
        (one for one in devices if (one.device_class, str(one.id)) == (device_class, str(device_uid))),
        None,
    )


def described(device: Authenticator) -> DeviceChallenge:
    masked = device.masked if isinstance(device, SMSDevice) else ""
    return DeviceChallenge(
        device_class=device.device_class,
        device_uid=str(device.id),
        challenge=DeviceHint(masked_number=masked),
        last_used=device.last_used,
        name=device.name,
    )
