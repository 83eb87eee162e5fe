"""`/-/metrics/`: for Prometheus, and for nobody else."""

import asyncio
import hmac
import ipaddress

from litestar import Response, get

from watchword.errors import NotAuthenticated, TokenInvalid
from watchword.metrics.exposition import exposed
from watchword.web.addresses import host_of, peer_of
from watchword.web.state import house_of
from watchword.web.types import WebRequest

PATH = "/-/metrics/"

_FORWARDED = frozenset({"forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"})
_ANY_FORWARDED = "x-forwarded-"

ELSEWHERE = (
    "Metrics are read from this machine itself, not through a proxy. Set WATCHWORD_METRICS_TOKEN, and send it as a "
    "bearer token."
)


@get(PATH)
async def metrics(request: WebRequest) -> Response[bytes]:
    """Of this process, and of those that count together with it. OpenMetrics where `Accept` asks for it."""
    services = house_of(request).services
    _admit(request, services.settings.metrics_token)
    accept = request.headers.get("accept", "")
    body, content_type = await asyncio.to_thread(exposed, services.metrics.registry, accept)
    # As a header, for Litestar would add a charset to a media type that has one.
    return Response(body, headers={"content-type": content_type})


def _admit(request: WebRequest, token: str | None) -> None:
    """Raises `NotAuthenticated` and `TokenInvalid`. Where there is a token, this machine needs it as well: so a proxy
    on it that says nothing of itself opens nothing.
    """
    if token is None:
        if not _is_local(request):
            raise NotAuthenticated(ELSEWHERE)
        return
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise NotAuthenticated
    if not hmac.compare_digest(given.strip().encode("utf-8", "surrogateescape"), token.encode()):
        raise TokenInvalid


def _is_local(request: WebRequest) -> bool:
    """Whether a program on this machine asks, for itself. The name it uses is looked at too: a page in a browser here
    could have its own name lead to this machine (DNS rebinding).
    """
    names = {name.lower() for name in request.headers}
    forwarded = _FORWARDED & names or any(name.startswith(_ANY_FORWARDED) for name in names)
    return not forwarded and _is_loopback(peer_of(request)) and _is_loopback(host_of(request))


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
