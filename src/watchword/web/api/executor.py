"""The flow executor for JSON clients, as authentik's clients know it."""

from urllib.parse import parse_qs

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from watchword.flows.challenge import Challenge
from watchword.flows.visit import Visit
from watchword.web.bodies import read_json
from watchword.web.csrf import check_call
from watchword.web.sessions import cookies_for, open_visit
from watchword.web.state import house_of
from watchword.web.types import WebRequest

PATH = "/api/v3/flows/executor/{slug:str}/"


@get(PATH)
async def show_challenge(request: WebRequest, slug: FromPath[str]) -> Response[bytes]:
    visit = await open_visit(request)
    visit.next = _next(request)
    return _answer(request, visit, await house_of(request).executor.show(visit, slug))


@post(PATH, status_code=200)
async def answer_challenge(request: WebRequest, slug: FromPath[str]) -> Response[bytes]:
    visit = await open_visit(request)
    visit.next = _next(request)
    check_call(request, visit)
    response = await read_json(request)
    return _answer(request, visit, await house_of(request).executor.respond(visit, slug, response))


def _next(request: WebRequest) -> str:
    """`next` of the page's query string, which clients pass on whole as the parameter `query`."""
    query = str(request.query_params.get("query", ""))
    try:
        return parse_qs(query.removeprefix("?"), max_num_fields=50).get("next", [""])[-1]
    except ValueError:
        return ""


def _answer(request: WebRequest, visit: Visit, challenge: Challenge) -> Response[bytes]:
    return Response(msgspec.json.encode(challenge), media_type="application/json", cookies=cookies_for(request, visit))
