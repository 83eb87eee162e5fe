"""Who is at the other end, and what he calls this server; proxies are believed only where settings name them."""

import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import urlsplit

from watchword.web.types import WebRequest

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]{1,253})(?::[0-9]{1,5})?")
_WITH_PORT = re.compile(r"\[([0-9a-fA-F:.]+)\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}")


@dataclass(frozen=True)
class Proxies:
    trusted: Sequence[Network] = ()
    public_url: str | None = None

    @cached_property
    def _trusts(self) -> Callable[[str], bool]:
        """Most requests come by the same few proxies."""

        @lru_cache(maxsize=256)
        def trusts(address: str) -> bool:
            try:
                parsed = ipaddress.ip_address(address)
            except ValueError:
                return False
            return any(parsed in network for network in self.trusted)

        return trusts

    def comes_from_proxy(self, request: WebRequest) -> bool:
        """Of ours."""
        return self._trusts(peer_of(request))

    def address(self, request: WebRequest) -> str:
        """The visitor's address: the nearest that is no proxy of ours, as far as our proxies can be followed."""
        nearest = peer_of(request)
        for hop in reversed(_forwarded(request, "x-forwarded-for")):
            if not self._trusts(nearest) or not (address := _address(hop)):
                break
            nearest = address
        return nearest

    def is_secure(self, request: WebRequest) -> bool:
        """Whether the visitor came by https, so that cookies may be bound to it."""
        if self.public_url:
            return self.public_url.startswith("https://")
        schemes = _forwarded(request, "x-forwarded-proto")
        if schemes and self.comes_from_proxy(request):
            return schemes[-1].lower() == "https"
        return str(request.scope["scheme"]) == "https"

    def host(self, request: WebRequest) -> str:
        """The name for messages and pages, without port.

        Without a public URL a name from the request counts only where it is an address or `localhost`: otherwise
        whoever sends a request could have his own words, or his own site's origin, sent in our messages.
        """
        if self.public_url:
            return urlsplit(self.public_url).hostname or "localhost"
        name = host_of(request)
        if name == "localhost" or name.endswith(".localhost"):
            return name
        return _address(name) or "localhost"

    def origin(self, request: WebRequest) -> str:
        """As `https://sms.example.org`: where the caller reaches this server, for links that he is given back."""
        if self.public_url:
            return self.public_url
        scheme = "https" if self.is_secure(request) else "http"
        sent = request.headers.get("host", "")
        return f"{scheme}://{sent if _HOST.fullmatch(sent) else self.host(request)}"


def host_of(request: WebRequest) -> str:
    """What the request calls this server, without port, in lower case; "" for what cannot be a name."""
    match = _HOST.fullmatch(request.headers.get("host", ""))
    return match["name"].strip("[]").lower() if match else ""


def peer_of(request: WebRequest) -> str:
    """Whoever is connected, be it a proxy."""
    host = request.client.host if request.client else ""
    return _address(host) or host


def _forwarded(request: WebRequest, name: str) -> list[str]:
    """Every value, the nearest proxy's last: some proxies add to the visitor's own header, others send a second one."""
    sent = request.headers.getall(name, [])
    return [value.strip() for value in ",".join(sent).split(",") if value.strip()] if sent else []


@lru_cache(maxsize=4096)
def _address(text: str) -> str:
    """In its usual spelling and without a port, IPv4 within IPv6 as IPv4 (RFC 4291, 2.5.5.2); "" where it is none."""
    match = _WITH_PORT.fullmatch(text)
    try:
        parsed = ipaddress.ip_address((match[1] or match[2]) if match else text)
    except ValueError:
        return ""
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
