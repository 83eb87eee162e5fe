"""What people do with their own authenticators; somebody else's are not there for them."""

from datetime import datetime

from sqlalchemy import Connection

from watchword.codes import WRONG_IN_A_ROW
from watchword.errors import Forbidden, Invalid, NotFound
from watchword.flows.proofs import is_fresh
from watchword.flows.run import Run
from watchword.storage.authenticators import (
    Authenticator,
    delete_authenticator,
    get_authenticator,
    rename_authenticator,
    restore_authenticator,
)
from watchword.storage.device_classes import DEVICE_CLASSES, all_authenticators_of
from watchword.storage.devices import SMSDevice
from watchword.storage.events import write_event
from watchword.storage.users import User

MAX_NAME = 64
"""Characters, as in authentik's API."""


class NameRefused(Invalid):
    """A name has 1 to 64 characters."""


PROVE_FIRST = "Confirm first that it is you, then add this within five minutes."


async def may_add(run: Run) -> bool:
    """Who has a second factor proves himself before he adds another: a stolen session must not add the thief's."""
    visit = run.visit
    if visit.user is None or run.execution.context.proven or is_fresh(visit.session, run.now):
        return True
    owned = await run.services.database.read(all_authenticators_of, visit.user.id)
    return not any(map(is_second_factor, owned))


def find_own(conn: Connection, user: User, device_class: str, device_id: int) -> Authenticator:
    """Raises `NotFound`, also for somebody else's."""
    cls = DEVICE_CLASSES.get(device_class)
    device = get_authenticator(conn, cls, device_id) if cls else None
    if device is None or device.user_id != user.id:
        raise NotFound("There is no such device.")
    return device


def is_last(conn: Connection, device: Authenticator) -> bool:
    """Whether its owner has no other second factor. A number that was not kept is none."""
    return is_second_factor(device) and not other_factors(conn, device)


def other_factors(conn: Connection, device: Authenticator) -> list[Authenticator]:
    """What its owner has beside it, disabled ones too."""
    return [one for one in all_authenticators_of(conn, device.user_id) if one != device and is_second_factor(one)]


def is_second_factor(device: Authenticator) -> bool:
    return device.confirmed and not (isinstance(device, SMSDevice) and device.hashed)


def rename_own(
    conn: Connection, user: User, device_class: str, device_id: int, *, name: str, now: datetime, client_ip: str
) -> None:
    """Raises `NotFound` and `NameRefused`."""
    device = find_own(conn, user, device_class, device_id)
    name = name.strip()
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        raise NameRefused
    rename_authenticator(conn, type(device), device.id, name, now)
    _note(conn, "device_renamed", f"{device.name} is called {name}", user, device, now, client_ip)


def remove_own(
    conn: Connection, user: User, device_class: str, device_id: int, *, now: datetime, client_ip: str
) -> Authenticator:
    """What was removed; raises `NotFound`."""
    device = find_own(conn, user, device_class, device_id)
    delete_authenticator(conn, type(device), device.id)
    _note(conn, "device_removed", f"{device.name} was removed by its owner", user, device, now, client_ip)
    return device


def restore_own(
    conn: Connection, user: User, device_class: str, device_id: int, *, now: datetime, client_ip: str
) -> None:
    """For whoever has just proven himself with another device. Raises `NotFound`, and `Forbidden` where it was not
    wrong codes that locked it.
    """
    device = find_own(conn, user, device_class, device_id)
    if not can_restore(conn, device):
        raise Forbidden("An administrator disabled this device. Only an administrator can restore it.")
    restore_authenticator(conn, type(device), device.id, now)
    _note(conn, "device_restored", f"{device.name} was restored by its owner", user, device, now, client_ip)


def can_restore(conn: Connection, device: Authenticator) -> bool:
    """Whether wrong codes locked it, and its owner has another device to prove himself with."""
    locked = device.disabled and device.failures_in_a_row >= WRONG_IN_A_ROW
    return locked and any(not one.disabled for one in other_factors(conn, device))


def _note(
    conn: Connection, action: str, message: str, user: User, device: Authenticator, now: datetime, client_ip: str
) -> None:
    context = {"device_class": device.device_class, "device": device.id}
    write_event(conn, action=action, now=now, user=user, message=message, context=context, client_ip=client_ip)
