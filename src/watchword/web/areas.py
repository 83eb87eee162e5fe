"""What most servers serve least, and what is the largest part of them: imported when it is first asked for."""

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from watchword.web.errors import EXECUTOR
from watchword.web.site import Area


def _console() -> Sequence[ControllerRouterHandler]:
    from watchword.web.pages.console.routes import console_routes

    return console_routes()


def _api() -> Sequence[ControllerRouterHandler]:
    from watchword.web.api.executor import OPERATIONS
    from watchword.web.api.routes import routes
    from watchword.web.api.schema import ALL
    from watchword.web.pages.api_reference import api_reference

    return [*routes(operation for operation in ALL if operation not in OPERATIONS), api_reference]


AREAS = (Area("/if/admin/", _console), Area("/api/v3/", _api, but=(EXECUTOR,)))
