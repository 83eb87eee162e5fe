"""Several throttles at once: all of them have room, or none is taken."""

import ipaddress
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from watchword.metrics.throttles import RESEND_WAIT, limit_of
from watchword.storage.throttles import Limit, Room, hit, hit_for_now, hold

Limits = list[tuple[str, Limit]]
Taking = Callable[[Connection, list[Room], datetime], None]


class Held(NamedTuple):
    """Back by `limit`, as metrics name it, for so many seconds."""

    seconds: int
    limit: str


def take_all(conn: Connection, limits: Limits, now: datetime, taking: Taking = hit) -> Held | None:
    """None where every limit had room."""
    rooms = find_room(conn, limits, now)
    if isinstance(rooms, Held):
        return rooms
    taking(conn, rooms, now)
    return None


def take_all_for_now(conn: Connection, limits: Limits, now: datetime) -> Held | None:
    """The same, until `settle` says whether it counts, or for a minute."""
    return take_all(conn, limits, now, hit_for_now)


def find_room(conn: Connection, limits: Limits, now: datetime) -> list[Room] | Held:
    """Takes nothing yet; but nobody else takes of these limits until the transaction ends."""
    rooms = hold(conn, limits, now)
    full = next((room for room in rooms if room.wait), None)
    return held_by(full) if full else rooms


def held_by(room: Room) -> Held:
    return Held(room.wait, RESEND_WAIT if room.spaced else limit_of(room.key))


def network_of(address: str) -> str:
    """What one visitor can come from: an IPv4 address, or the /64 that every IPv6 subscriber has to himself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address


def in_words(seconds: int) -> str:
    """A wait as visitors read it: whole seconds up to two minutes, then minutes or hours, rounded up."""
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds >= 2 * size:
            return f"{-(-seconds // size)} {unit}s"
    return f"{seconds} seconds" if seconds != 1 else "a second"
