"""Several throttles at once: all of them have room, or none is taken."""

import ipaddress
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from watchword.metrics.throttles import limit_of
from watchword.storage.throttles import Limit, Room, give_back, hit, hold, pull_back

Limits = list[tuple[str, Limit]]


class Held(NamedTuple):
    """Back by `limit`, as metrics name it, for so many seconds."""

    seconds: int
    limit: str


def take_all(conn: Connection, limits: Limits, now: datetime) -> Held | None:
    """None where every limit had room."""
    rooms = find_room(conn, limits, now)
    if isinstance(rooms, Held):
        return rooms
    use_room(conn, rooms, now)
    return None


def find_room(conn: Connection, limits: Limits, now: datetime) -> list[Room] | Held:
    """Takes nothing yet; but nobody else takes of these limits until the transaction ends."""
    rooms = []
    for key, limit in limits:
        room = hold(conn, key, limit, now)
        if room.wait:
            for other, _ in limits:
                if other != key:
                    pull_back(conn, other, now)
            return Held(room.wait, limit_of(key))
        rooms.append(room)
    return rooms


def use_room(conn: Connection, rooms: Iterable[Room], now: datetime) -> None:
    for room in rooms:
        hit(conn, room, now)


def give_back_all(conn: Connection, keys: Iterable[str], now: datetime) -> None:
    for key in keys:
        give_back(conn, key, now)


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
