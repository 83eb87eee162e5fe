"""What administrators do with other people's authenticators. None of it shows, makes or sends a code."""

from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import Connection

from watchword.flows.own_authenticators import find_own, is_last
from watchword.storage.authenticators import (
    Authenticator,
    delete_authenticator,
    disable_authenticator,
    restore_authenticator,
)
from watchword.storage.events import write_event
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
        "No code of it counts any more, and none is sent to it. You can restore it later.",
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
    write_event(
        conn,
        action=words.action,
        now=now,
        user=owner,
        message=f"{device.name} {words.done}",
        context={"device_class": device.device_class, "device": device.id, "by": by},
        client_ip=client_ip,
    )
    return device


def leaves_none(conn: Connection, deed: Deed, device: Authenticator) -> bool:
    """Whether its owner has no second factor then."""
    return deed == "remove" and is_last(conn, device)
