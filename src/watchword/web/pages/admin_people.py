"""Finding the person whose devices an administrator wants to see: `/if/admin/devices/`."""

from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import QueryParameter
from litestar.response import Redirect
from sqlalchemy import Connection

from watchword.storage.users import count_users, list_users
from watchword.web.pages.administrator import HOME, administrator
from watchword.web.pages.answers import html, page_of
from watchword.web.pages.numbers import page_number
from watchword.web.pages.render import People, render_people
from watchword.web.sessions import cookies_for
from watchword.web.state import house_of
from watchword.web.types import WebRequest

ON_A_PAGE = 50
_MAX_SEARCH = 254

Search = Annotated[str, QueryParameter(name="search", description="A part of a user name, a name or an address.")]
Number = Annotated[str, QueryParameter(name="page", description="Which page of them, from 1.")]


@get(HOME)
async def people(request: WebRequest, search: Search = "", number: Number = "") -> Response[Any]:
    found = await administrator(request)
    if isinstance(found, Redirect):
        return found
    visit, _ = found
    sought = search[:_MAX_SEARCH].replace("\x00", "")
    shown = await house_of(request).services.database.read(_find, sought, page_number(number))
    page = page_of(request, visit, action=HOME, cancel_url="/if/user/")
    return html(render_people(page, shown), cookies=cookies_for(request, visit))


def _find(conn: Connection, search: str, wanted: int) -> People:
    """Beyond the last page is the last one."""
    total = count_users(conn, search=search)
    pages = max(1, -(-total // ON_A_PAGE))
    number = min(wanted, pages)
    offset = (number - 1) * ON_A_PAGE
    users = list_users(conn, search=search, limit=ON_A_PAGE, offset=offset)
    return People(
        users=users,
        search=search,
        first=offset + 1,
        last=offset + len(users),
        total=total,
        previous=_address(search, number - 1) if number > 1 else "",
        next=_address(search, number + 1) if number < pages else "",
    )


def _address(search: str, number: int) -> str:
    return f"{HOME}?{urlencode({'search': search, 'page': number})}"
