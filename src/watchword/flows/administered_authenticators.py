"""What administrators do with other people's authenticators. None of it shows, makes or sends a code."""

from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import Connection

from watchword.flows.own_authenticators import find_own, is_second_factor, other_factors
from watchword.storage.authenticators import (
    Authenticator,
    delete_authenticator,
    disable_authenticator,
    restore_authenticator,
)
from watchword.storage.events import write_event
from watchword.storage.static_devices import StaticDevice, static_tokens_left
from watchword.storage.users import User

Deed = Literal["disable", "restore", "remove"]


class DeedWords(NamedTuple):
    """`done` follows the device's name; `means` tells beforehand what will happen."""

    action: str
    done: str
    means: str


DEEDS: dict[Deed, DeedWords] = {
    "disable": DeedWords(
        "device_disabled",
        "was disabled by an administrator",
        "No code of it counts any more, and none is sent to it. You can restore it later; its owner cannot.",
    ),
    "restore": DeedWords(
        "device_restored",
        "was restored by an administrator",
        "Its codes count again, and its wrong tries are forgotten. You can disable it later.",
    ),
    "remove": DeedWords(
        "device_removed",
        "was removed by an administrator",
        "This cannot be undone. Its owner can set it up again.",
    ),
}

LAST = (
    "It is the last second factor of its owner. Without it a password alone is enough to sign in; where a code is "
    "required, its owner cannot sign in."
)
LAST_WORKING = (
    "It is the last second factor that works. Where a code is asked for, its owner cannot sign in without it."
)


def administer(
    conn: Connection,
    deed: Deed,
    owner: User,
    device_class: str,
    device_id: int,
    *,
    by: str,
    now: datetime,
    client_ip: str = "",
) -> Authenticator:
    """The device as it was before; the event is about its owner and names who did it. Raises `NotFound`."""
    device = find_own(conn, owner, device_class, device_id)
    words = DEEDS[deed]
    match deed:
        case "disable":
            disable_authenticator(conn, type(device), device.id, now)
        case "restore":
            restore_authenticator(conn, type(device), device.id, now)
        case "remove":
            delete_authenticator(conn, type(device), device.id)
    context = {
        "device_class": device.device_class,
        "device": device.id,
        "failures_in_a_row": device.failures_in_a_row,
        "by": by,
    }
    write_event(
        conn,
        action=words.action,
        now=now,
        user=owner,
        message=f"{device.name} {words.done}",
        context=context,
        client_ip=client_ip,
    )
    return device


def what_it_costs(conn: Connection, deed: Deed, device: Authenticator) -> str:
    """A sentence where its owner is left without a second factor that works, else ""."""
    if deed == "restore" or not is_second_factor(device):
        return ""
    others = other_factors(conn, device)
    if deed == "remove" and not others:
        return LAST
    if _works(conn, device) and not any(_works(conn, one) for one in others):
        return LAST_WORKING
    return ""


def _works(conn: Connection, device: Authenticator) -> bool:
    """Not locked; a set of recovery codes that are all used up is worth nothing."""
    used_up = isinstance(device, StaticDevice) and not static_tokens_left(conn, device.id)
    return not device.disabled and not used_up
