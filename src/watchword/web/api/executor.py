"""The flow executor for JSON clients, as authentik's clients know it."""

from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import parse_qs

from watchword.flows.challenge import AccessDenied, Challenge, FlowError, FlowRedirect
from watchword.flows.visit import Visit
from watchword.stages.authenticator_sms.challenge import SMSChallenge
from watchword.stages.authenticator_static import StaticChallenge
from watchword.stages.authenticator_totp import TOTPChallenge
from watchword.stages.authenticator_validate.challenge import ValidateChallenge
from watchword.stages.identification import IdentificationChallenge
from watchword.stages.password import PasswordChallenge
from watchword.stages.prompt import PromptChallenge
from watchword.stages.user_login import UserLoginChallenge
from watchword.web.api.call import Answer, Call
from watchword.web.api.operation import Operation, Parameter
from watchword.web.bodies import read_json
from watchword.web.csrf import check_call
from watchword.web.sessions import cookies_for, open_visit
from watchword.web.types import WebRequest

PATH = "/flows/executor/{flow_slug}/"

CHALLENGES: tuple[type[Challenge], ...] = (
    AccessDenied,
    FlowRedirect,
    IdentificationChallenge,
    PasswordChallenge,
    PromptChallenge,
    SMSChallenge,
    StaticChallenge,
    TOTPChallenge,
    UserLoginChallenge,
    ValidateChallenge,
)
ANY_CHALLENGE: Any = reduce(or_, CHALLENGES)

_QUERY = Parameter(name="query", help="The page's query string, escaped; `next` in it is where the flow leads to.")


async def _show(call: Call) -> Answer:
    visit = await _visit(call)
    return _answer(call, visit, await call.house.executor.show(visit, call.part("flow_slug")))


async def _solve(call: Call) -> Answer:
    visit = await _visit(call)
    check_call(call.request, visit)
    response = await read_json(call.request)
    return _answer(call, visit, await call.house.executor.respond(visit, call.part("flow_slug"), response))


async def _visit(call: Call) -> Visit:
    visit = await open_visit(call.request, call.part("flow_slug"))
    visit.next = _next(call.request)
    return visit


def _next(request: WebRequest) -> str:
    """`next` of the page's query string, which clients pass on whole as the parameter `query`."""
    if request.scope["query_string"] in (b"", b"query="):
        return ""
    query = str(request.query_params.get("query", ""))
    try:
        return parse_qs(query.removeprefix("?"), max_num_fields=50).get("next", [""])[-1]
    except ValueError:
        return ""


def _answer(call: Call, visit: Visit, challenge: Challenge) -> Answer:
    return Answer(value=challenge, cookies=cookies_for(call.request, visit))


OPERATIONS = (
    Operation(
        id="flows_executor_get",
        method="GET",
        path=PATH,
        summary="Show the present challenge of a flow, which begins here.",
        handle=_show,
        answer=ANY_CHALLENGE,
        access="anyone",
        query=(_QUERY,),
        error=FlowError,
        also=("409", "429"),
    ),
    Operation(
        id="flows_executor_solve",
        method="POST",
        path=PATH,
        summary="Answer the present challenge, and get the next one, or the same with `response_errors`.",
        handle=_solve,
        answer=ANY_CHALLENGE,
        body=dict[str, Any],
        access="anyone",
        query=(_QUERY,),
        error=FlowError,
        also=("403", "429"),
    ),
)
