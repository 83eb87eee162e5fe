"""The page of a flow: `/if/flow/{slug}/`. Works without JavaScript; a form is answered by a redirect to the page."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from msgspec import structs

from watchword.errors import Conflict
from watchword.flows.challenge import AccessDenied, Challenge, FlowRedirect, as_plain
from watchword.flows.visit import Visit
from watchword.web.bodies import read_form
from watchword.web.csrf import check_form
from watchword.web.pages.answers import SIGN_IN, html, page_of, redirect, take_notices, with_next
from watchword.web.pages.nobody_yet import nobody_yet
from watchword.web.pages.render import render_challenge
from watchword.web.sessions import cookies_for, open_visit
from watchword.web.state import house_of
from watchword.web.target import path_of, query_of
from watchword.web.types import WebRequest

PATH = "/if/flow/{slug:str}/"

Next = Annotated[str, QueryParameter(name="next", description="Where to go afterwards.")]

_NEVER_SHOWN_AGAIN = frozenset({"password", "hidden", "static", "separator"})


@get(PATH)
async def show_flow(request: WebRequest, slug: FromPath[str], next_url: Next = "") -> Response[Any]:
    visit = await open_visit(request, slug)
    visit.next = next_url
    challenge = await house_of(request).executor.show(visit, slug)
    return await _page(request, visit, slug, challenge)


@post(PATH)
async def answer_flow(request: WebRequest, slug: FromPath[str], next_url: Next = "") -> Response[Any]:
    visit = await open_visit(request, slug)
    visit.next = next_url
    form = await read_form(request)
    check_form(request, visit, form)
    visit.expected_step = str(form.get("_step", ""))
    try:
        challenge = await house_of(request).executor.respond(visit, slug, _answers(form))
    except Conflict:
        # The page was out of date (a second tab, a double click): show the present step instead.
        return redirect(_own_url(request), cookies=cookies_for(request, visit))
    if isinstance(challenge, FlowRedirect | AccessDenied) or challenge.response_errors:
        return await _page(request, visit, slug, challenge, typed=form)
    return redirect(_own_url(request), cookies=cookies_for(request, visit))


def _answers(form: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in form.items() if not key.startswith("_")}


def _own_url(request: WebRequest) -> str:
    path, query = f"{path_of(request).rstrip('/')}/", query_of(request)
    return f"{path}?{query}" if query else path


async def _page(
    request: WebRequest, visit: Visit, slug: str, challenge: Challenge, typed: dict[str, Any] | None = None
) -> Response[Any]:
    cookies = cookies_for(request, visit)
    if isinstance(challenge, FlowRedirect):
        return redirect(challenge.to, cookies=cookies)
    denied = isinstance(challenge, AccessDenied)
    if denied and visit.user is None and (to := _sign_in_first(request, slug)):
        return redirect(to, cookies=cookies)
    plain = as_plain(challenge)
    _keep_typed(plain, typed or {})
    page = page_of(
        request,
        visit,
        action=_own_url(request),
        cancel_url=plain.get("flow_info", {}).get("cancel_url", "/"),
        notices=await take_notices(request, visit),
    )
    page = structs.replace(page, standing=await nobody_yet(request, visit, slug))
    return html(render_challenge(plain, page), status=403 if denied else 200, cookies=cookies)


def _sign_in_first(request: WebRequest, slug: str) -> str | None:
    """Where a flow asks for somebody who is signed in, he is asked to sign in and led back."""
    flow = house_of(request).services.configuration.snapshot.flow(slug)
    if flow is None or flow.authentication not in {"require_authenticated", "require_superuser"}:
        return None
    return with_next(SIGN_IN, _own_url(request))


def _keep_typed(challenge: dict[str, Any], typed: dict[str, Any]) -> None:
    """After an error the visitor finds what he typed; never a password."""
    for field in challenge.get("fields", []):
        if field["type"] not in _NEVER_SHOWN_AGAIN and field["field_key"] in typed:
            field["initial_value"] = typed[field["field_key"]]
    if "user_fields" in challenge and typed.get("uid_field"):
        challenge["pending_user_identifier"] = typed["uid_field"]
