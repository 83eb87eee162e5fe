"""For whoever operates Watchword: is it alive, is it ready."""

from litestar import Response, get

from watchword.web.state import house_of
from watchword.web.types import WebRequest


@get("/-/health/live/")
async def live() -> Response[None]:
    """204 while the process answers."""
    return Response(None, status_code=204)


@get("/-/health/ready/")
async def ready(request: WebRequest) -> Response[None]:
    """204 while it can serve visitors, 503 while the database cannot be reached, or written."""
    await house_of(request).readiness.check()
    return Response(None, status_code=204)
