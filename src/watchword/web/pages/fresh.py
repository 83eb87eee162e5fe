"""Pages of somebody who is signed in; for what is dangerous, of somebody who has just proved who he is."""

from litestar.response import Redirect

from watchword.flows.executor import REAUTHENTICATE
from watchword.flows.proofs import is_fresh
from watchword.flows.visit import Visit
from watchword.storage.users import User
from watchword.web.pages.answers import SIGN_IN, redirect, with_next
from watchword.web.sessions import find_visit
from watchword.web.state import house_of
from watchword.web.types import WebRequest


async def signed_in(request: WebRequest, back: str) -> tuple[Visit, User] | Redirect:
    """Or the way to sign in, which leads `back`."""
    visit = await find_visit(request)
    if visit is None or visit.user is None:
        return redirect(with_next(SIGN_IN, back))
    return visit, visit.user


async def freshly_proven(request: WebRequest, back: str) -> tuple[Visit, User] | Redirect:
    """Or the way to prove it again, which leads `back`: a page to go on from, never one that does something."""
    found = await signed_in(request, back)
    if isinstance(found, Redirect):
        return found
    visit, _ = found
    if not is_fresh(visit.session, house_of(request).services.clock()):
        return redirect(with_next(REAUTHENTICATE, back))
    return found
