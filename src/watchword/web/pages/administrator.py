"""Who may see the pages for administrators."""

from litestar.response import Redirect

from watchword.errors import Forbidden
from watchword.flows.visit import Visit
from watchword.storage.users import User
from watchword.web.pages.fresh import signed_in
from watchword.web.target import path_of
from watchword.web.types import WebRequest


async def administrator(request: WebRequest) -> tuple[Visit, User] | Redirect:
    """Or the way to sign in, which leads back here. Raises `Forbidden` before anything is looked up."""
    found = await signed_in(request, path_of(request).rstrip("/") + "/")
    if not isinstance(found, Redirect) and not found[0].superuser:
        raise Forbidden
    return found
