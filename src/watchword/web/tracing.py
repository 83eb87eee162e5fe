"""A span for each request, where spans are wanted at all."""

from litestar import Request
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from watchword.traces import Traces
from watchword.web.addresses import Proxies
from watchword.web.state import house_in
from watchword.web.types import WebRequest

_CARRIED = ("traceparent", "tracestate")
"""W3C Trace Context, level 1."""

_QUIET = ("/static/", "/-/")


def tracing(app: ASGIApp) -> ASGIApp:
    """Litestar's middleware. Whether there are traces is known only once the application has started."""

    async def around(scope: Scope, receive: Receive, send: Send) -> None:
        house = house_in(scope["litestar_app"])
        if house.services.traces.on and not scope["path"].startswith(_QUIET):
            await _traced(app, Request(scope), house.services.traces, house.proxies, receive, send)
        else:
            await app(scope, receive, send)

    return around


async def _traced(
    app: ASGIApp, request: WebRequest, traces: Traces, proxies: Proxies, receive: Receive, send: Send
) -> None:
    method, route = str(request.method), str(request.scope["path_template"])
    with traces.span(f"{method} {route}", "server", _carried(request, proxies), method=method, route=route) as span:

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                span.say(status=message["status"])
            await send(message)

        await app(request.scope, receive, telling)


def _carried(request: WebRequest, proxies: Proxies) -> dict[str, str]:
    """A visitor's own trace is not gone on with, only that of a trusted proxy: strangers could choose otherwise what is
    kept, and mix their requests into somebody else's trace.
    """
    if not proxies.comes_from_proxy(request):
        return {}
    return {name: request.headers[name] for name in _CARRIED if name in request.headers}
