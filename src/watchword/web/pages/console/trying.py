"""Trying a gateway before people meet it: with a real message."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import msgspec
from litestar import Response
from litestar.response import Redirect

from watchword.administration.sending import send_test
from watchword.errors import FieldsInvalid, NotFound, Throttled
from watchword.model.base import ConfigObject
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.web.pages.console.control import Control
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.pages.console.fact import Fact
from watchword.web.pages.console.rendering import render_trial
from watchword.web.pages.console.sections import Section, edit_url
from watchword.web.pages.console.sent import answered, explained
from watchword.web.pages.console.shown import Trial
from watchword.web.types import WebRequest


class Outcome(NamedTuple):
    passed: bool
    facts: tuple[Fact, ...]
    answer: tuple[Fact, ...] = ()


class Kind(NamedTuple):
    """What can be tried of a class, with which fields, and by which button."""

    title: str
    lede: str
    button: str
    controls: tuple[Control, ...]
    run: Callable[[Desk, Any, Mapping[str, str]], Awaitable[Outcome]]


async def show(section: Section, request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    found = desk.find(section)
    return await _page(desk, section, found, {}, {}, None)


async def run(section: Section, request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    found, form = desk.find(section), await desk.form()
    given = {name: values[-1] for name, values in form.items()}
    try:
        outcome = await _kind(found).run(desk, found, given)
    except FieldsInvalid as error:
        return await _page(desk, section, found, given, error.errors, None)
    except Throttled as error:
        return await _page(desk, section, found, given, {"number": [error.message]}, None)
    return await _page(desk, section, found, given, {}, outcome)


async def _page(
    desk: Desk,
    section: Section,
    found: ConfigObject,
    given: Mapping[str, str],
    errors: Mapping[str, Any],
    outcome: Outcome | None,
) -> Response[Any]:
    kind = _kind(found)
    controls = tuple(
        msgspec.structs.replace(one, value=given.get(one.name, ""), errors=tuple(errors.get(one.name, ())))
        for one in kind.controls
    )
    shown = Trial(
        title=f"{kind.title} {found.called}",
        lede=kind.lede,
        button=kind.button,
        controls=controls,
        wrong=bool(errors),
        passed=outcome.passed if outcome else None,
        facts=outcome.facts if outcome else (),
        answer=outcome.answer if outcome else (),
        back=edit_url(found),
    )
    page = await desk.page(f"{section.url}{found.pk}/try/", edit_url(found))
    return desk.answer(render_trial(page, shown), 400 if errors else 200)


def _kind(found: ConfigObject) -> Kind:
    kind = _KINDS.get(type(found))
    if kind is None:
        raise NotFound("There is nothing to try of this.")
    return kind


async def _message(desk: Desk, stage: AuthenticatorSMSStage, given: Mapping[str, str]) -> Outcome:
    result = await send_test(
        desk.services, stage, {"phone_number": given.get("number", "")}, by=desk.author, host=desk.visit.host
    )
    return Outcome(result.sent, explained(result), answered(result))


_KINDS: dict[type[ConfigObject], Kind] = {
    AuthenticatorSMSStage: Kind(
        "Send a test message with",
        "A real message goes out, with a code that is good for nothing. It costs what the gateway takes for it.",
        "Send it",
        (Control(name="number", title="Phone number", help="Yours, as +4915112345678.", kind="text"),),
        _message,
    ),
}


def can_be_tried(cls: type[ConfigObject]) -> bool:
    return cls in _KINDS
