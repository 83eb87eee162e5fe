"""Trying things out before people meet them: a policy or a mapping with a sample, a gateway with a real message."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import msgspec
from litestar import Response
from litestar.response import Redirect

from watchword.administration.sending import send_test
from watchword.administration.trying import SAMPLE_CODE, SAMPLE_NUMBER, try_mapping, try_policy
from watchword.errors import FieldsInvalid, NotFound, Throttled
from watchword.model.base import ConfigObject
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.storage.users import find_user
from watchword.web.pages.console.control import Control
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.pages.console.rendering import render_trial
from watchword.web.pages.console.sections import Section, edit_url
from watchword.web.pages.console.shown import Fact, Trial
from watchword.web.sessions import http_view
from watchword.web.types import WebRequest

NO_SUCH_USER = "There is nobody of this user name."
NO_OBJECT = "Write a JSON object, as {}."


class Outcome(NamedTuple):
    passed: bool
    facts: tuple[Fact, ...]


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
    given = {control.name: control.value for control in _kind(found).controls} | {"user": desk.user.username}
    return await _page(desk, section, found, given, {}, None)


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
        back=edit_url(found),
    )
    page = await desk.page(f"{section.url}{found.pk}/try/", edit_url(found))
    return desk.answer(render_trial(page, shown), 400 if errors else 200)


def _kind(found: ConfigObject) -> Kind:
    kind = _KINDS.get(type(found))
    if kind is None:
        raise NotFound("There is nothing to try of this.")
    return kind


async def _policy(desk: Desk, policy: ExpressionPolicy, given: Mapping[str, str]) -> Outcome:
    context = _context(given)
    prompted = context.get("prompt_data")
    asked = {"prompt_data": {"phone": given.get("number", ""), **(prompted if isinstance(prompted, dict) else {})}}
    values = {"user": await _user(desk, given), "context": {**context, **asked}}
    answer, milliseconds = await try_policy(desk.services, policy, values, http_view(desk.request, desk.visit.address))
    logged = [f"{line.level}: {line.event} {dict(line.values) or ''}".rstrip() for line in answer.logs]
    return Outcome(
        answer.passing,
        (
            Fact("Result", "It passes." if answer.passing else "It does not pass."),
            Fact("Messages", "\n".join(answer.messages) or "None."),
            Fact("Log", "\n".join(logged) or "Nothing."),
            Fact("Time", f"{milliseconds} ms"),
        ),
    )


async def _mapping(desk: Desk, mapping: NotificationWebhookMapping, given: Mapping[str, str]) -> Outcome:
    context = _context(given)
    device = context.get("device")
    sample = {"phone_number": given.get("number", ""), **(device if isinstance(device, dict) else {})}
    values = {"user": await _user(desk, given), "context": {"token": SAMPLE_CODE, **context, "device": sample}}
    result = await try_mapping(desk.services, mapping, values, http_view(desk.request, desk.visit.address))
    made = msgspec.json.format(msgspec.json.encode(result.value), indent=2).decode()
    told = Fact("What went wrong", result.failure) if result.failure else Fact("What is posted", made, code=True)
    return Outcome(not result.failure, (told, Fact("Time", f"{result.milliseconds} ms")))


async def _message(desk: Desk, stage: AuthenticatorSMSStage, given: Mapping[str, str]) -> Outcome:
    result = await send_test(
        desk.services, stage, {"phone_number": given.get("number", "")}, by=desk.author, host=desk.visit.host
    )
    facts = [
        Fact("Result", f"Sent to {result.number}." if result.sent else f"Not sent to {result.number}."),
        Fact("The gateway’s answer", result.detail or "Nothing.", code=True),
        Fact("Time", f"{result.milliseconds} ms"),
    ]
    if result.status is not None:
        facts.insert(1, Fact("HTTP status", str(result.status)))
    if result.provider_id:
        facts.insert(1, Fact("The gateway’s id of it", result.provider_id))
    return Outcome(result.sent, tuple(facts))


def _context(given: Mapping[str, str]) -> dict[str, Any]:
    """Raises `FieldsInvalid`."""
    try:
        value = msgspec.json.decode(given.get("context", "").strip() or "{}")
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise FieldsInvalid({"context": [NO_OBJECT]}) from None
    if not isinstance(value, dict):
        raise FieldsInvalid({"context": [NO_OBJECT]})
    return value


async def _user(desk: Desk, given: Mapping[str, str]) -> int:
    """Raises `FieldsInvalid`."""
    found = await desk.services.database.read(find_user, username=given.get("user", "").strip())
    if found is None:
        raise FieldsInvalid({"user": [NO_SUCH_USER]})
    return found.id


def _number(help: str, value: str = SAMPLE_NUMBER) -> Control:
    return Control(name="number", title="Phone number", help=help, kind="text", value=value)


_WHO = Control(name="user", title="User name", help="Who the visitor is.", kind="text")
_CONTEXT = Control(
    name="context", title="Context", help="What the flow knows besides, as a JSON object.", kind="area", value="{}"
)

_KINDS: dict[type[ConfigObject], Kind] = {
    ExpressionPolicy: Kind(
        "Try",
        "Nothing is changed, and no event is left. The number is what was typed into the field “phone”.",
        "Try it",
        (_WHO, _number("As prompt_data has it."), _CONTEXT),
        _policy,
    ),
    NotificationWebhookMapping: Kind(
        "Try",
        f"Nothing is sent. The code is {SAMPLE_CODE}.",
        "Try it",
        (_WHO, _number("Of the device."), _CONTEXT),
        _mapping,
    ),
    AuthenticatorSMSStage: Kind(
        "Send a test message with",
        "A real message goes out, with a code that is good for nothing. It costs what the gateway takes for it.",
        "Send it",
        (_number("Yours, as +4915112345678.", ""),),
        _message,
    ),
}


def can_be_tried(cls: type[ConfigObject]) -> bool:
    return cls in _KINDS
