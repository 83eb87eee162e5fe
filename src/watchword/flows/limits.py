"""Several throttles at once: all of them have room, or none is taken."""

import ipaddress
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from watchword.metrics.throttles import limit_of
from watchword.storage.throttles import Limit, give_back, pull_back, take

Limits = list[tuple[str, Limit]]


class Held(NamedTuple):
    """Back by `limit`, as metrics name it, for so many seconds."""

    seconds: int
    limit: str


def take_all(conn: Connection, limits: Limits, now: datetime) -> Held | None:
    """None where every limit had room."""
    for number, (key, limit) in enumerate(limits):
        if wait := take(conn, key, limit, now):
            give_back_all(conn, [taken for taken, _ in limits[:number]], now)
            for other, _ in limits[number + 1 :]:
                pull_back(conn, other, now)
            return Held(wait, limit_of(key))
    return None


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
