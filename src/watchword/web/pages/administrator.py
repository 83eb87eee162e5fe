"""What the pages for administrators share."""

from litestar.response import Redirect

from watchword.errors import Forbidden, NotFound
from watchword.flows.visit import Visit
from watchword.storage.users import User, get_user
from watchword.web.pages.fresh import signed_in
from watchword.web.pages.numbers import device_number
from watchword.web.state import house_of
from watchword.web.target import path_of
from watchword.web.types import WebRequest

HOME = "/if/admin/devices/"


async def administrator(request: WebRequest) -> tuple[Visit, User] | Redirect:
    """Or the way to sign in, which leads back here. Raises `Forbidden` before anything is looked up."""
    found = await signed_in(request, path_of(request).rstrip("/") + "/")
    if not isinstance(found, Redirect) and not found[0].superuser:
        raise Forbidden
    return found


async def owner_of(request: WebRequest, user_id: str) -> User:
    """Whose page it is; raises `NotFound`."""
    owner = await house_of(request).services.database.read(get_user, device_number(user_id))
    if owner is None:
        raise NotFound("There is no such user.")
    return owner


def url_of(owner: User) -> str:
    return f"{HOME}{owner.id}/"
