"""The host's side of the helper functions: what the sandbox cannot do by itself."""

import asyncio
import ipaddress
import socket
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from watchword.expressions.scope import Host
from watchword.expressions.session import HostFunction

T = TypeVar("T")

DNS_SECONDS = 2.0
DNS_KEPT_SECONDS = 180.0
DNS_KEPT = 32
_MAX_HOST = 253

_FACTS = ("version", "is_private", "is_loopback", "is_global", "is_multicast", "is_reserved", "is_link_local")


class Resolver:
    """DNS in a thread, bounded in time; the newest answers are kept for three minutes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[tuple[Any, ...], tuple[float, Any]] = OrderedDict()

    async def resolve(self, host: str, ip_version: int | None = None) -> list[str]:
        """Each address once; none where there is no such name."""
        family = {4: socket.AF_INET, 6: socket.AF_INET6}.get(ip_version or 0, socket.AF_UNSPEC)
        found = await self._cached(("resolve", host, ip_version), lambda: socket.getaddrinfo(host, None, family))
        return list(dict.fromkeys(str(entry[4][0]) for entry in found or []))

    async def reverse(self, ip: str) -> str:
        """The name, or the address itself."""
        found = await self._cached(("reverse", ip), lambda: socket.gethostbyaddr(ip)[0])
        return str(found or ip)

    async def _cached(self, key: tuple[Any, ...], look_up: Callable[[], Any]) -> Any:
        known = self._kept.get(key)
        if known and known[0] > self._clock():
            return known[1]
        try:
            async with asyncio.timeout(DNS_SECONDS):
                found = await asyncio.to_thread(look_up)
        except (OSError, TimeoutError, UnicodeError, ValueError):
            found = None
        self._kept[key] = (self._clock() + DNS_KEPT_SECONDS, found)
        while len(self._kept) > DNS_KEPT:
            self._kept.popitem(last=False)
        return found


def host_functions(host: Host, resolver: Resolver) -> dict[str, HostFunction]:
    """By the names that the prelude calls; each raises ValueError, with words, or TypeError for what it cannot take."""

    async def user_by(filters: dict[str, Any]) -> dict[str, Any] | None:
        user = await host.user_by(_of(dict[str, Any], filters))
        return msgspec.to_builtins(user) if user else None

    async def has_authenticator(user_pk: int, device_type: str | None) -> bool:
        return await host.has_authenticator(_of(int, user_pk), _of(str | None, device_type))

    async def phone_parse(text: str, region: str | None) -> dict[str, Any] | None:
        return host.phone_parse(_of(str, text), _of(str | None, region))

    async def resolve_dns(name: str, ip_version: int | None) -> list[str]:
        if len(_of(str, name)) > _MAX_HOST:
            raise ValueError("A host name has at most 253 characters.")
        return await resolver.resolve(name, _of(int | None, ip_version))

    async def reverse_dns(ip: str) -> str:
        return await resolver.reverse(_of(str, ip))

    async def create_event(action: str, values: dict[str, str]) -> None:
        await host.create_event(f"custom_{_of(str, action)}"[:100], _of(dict[str, str], values))

    return {
        "_host_user_by": user_by,
        "_host_has_authenticator": has_authenticator,
        "_host_create_event": create_event,
        "_host_phone_parse": phone_parse,
        "_host_resolve_dns": resolve_dns,
        "_host_reverse_dns": reverse_dns,
        "_host_ip_address": _ip_address,
        "_host_ip_network": _ip_network,
    }


def _of(kind: Any, value: T) -> T:
    """The value; raises TypeError where it is of another kind: expressions can call these functions themselves."""
    try:
        checked: T = msgspec.convert(value, kind)
    except msgspec.ValidationError:
        raise TypeError from None
    return checked


def address_facts(text: str) -> dict[str, Any]:
    """What an expression sees of an address; raises ValueError for what is none."""
    address = ipaddress.ip_address(_of(str, text))
    return {"text": str(address), "number": int(address), **{fact: getattr(address, fact) for fact in _FACTS}}


async def _ip_address(text: str) -> dict[str, Any]:
    return address_facts(text)


async def _ip_network(text: str, strict: bool) -> dict[str, Any]:
    network = ipaddress.ip_network(_of(str, text), strict=_of(bool, strict))
    facts = {fact: getattr(network, fact) for fact in _FACTS}
    first, last = int(network.network_address), int(network.broadcast_address)
    size = {"prefixlen": network.prefixlen, "num_addresses": network.num_addresses}
    return {"text": str(network), "first": first, "last": last, **size, **facts}
