"""Asks the gateway of a form that need not be saved. Nothing is kept, and the form comes back as it was filled in."""

from collections.abc import Mapping
from typing import Any

from litestar import Response
from litestar.response import Redirect

from watchword.administration.checking import check_typed
from watchword.errors import NON_FIELD, FieldsInvalid, NotFound, Throttled
from watchword.model.fields import fields_of, secret_fields
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.web.pages.console import editing
from watchword.web.pages.console.control import Checking
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.pages.console.groups import GATEWAYS
from watchword.web.pages.console.sections import Section
from watchword.web.pages.console.typed import typed
from watchword.web.types import WebRequest


async def check_new(section: Section, request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    if section.kind(str(request.path_params["kind"])) is not AuthenticatorSMSStage:
        raise NotFound("There is nothing to check of this.")
    form = await desk.form()
    given = typed(AuthenticatorSMSStage, form)
    errors, checked = await checked_as_typed(desk, None, given)
    return await editing.new_form(desk, section, AuthenticatorSMSStage, given, errors, form, checked=checked)


async def check(section: Section, request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    found = desk.find(section)
    if not isinstance(found, AuthenticatorSMSStage):
        raise NotFound("There is nothing to check of this.")
    form = await desk.form()
    given = typed(AuthenticatorSMSStage, form)
    errors, checked = await checked_as_typed(desk, found, given)
    return await editing.edit_form(desk, section, found, given, errors, form, checked=checked)


async def checked_as_typed(
    desk: Desk, stored: AuthenticatorSMSStage | None, given: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Checking]:
    """What is wrong at which field, and what is shown where the button is."""
    lost = tuple(sorted(name for name in secret_fields(AuthenticatorSMSStage) if given.get(name)))
    try:
        result = await check_typed(desk.services, stored, given, by=desk.author)
    except FieldsInvalid as error:
        problems = tuple(f"{_title(name, given)}: {' '.join(map(str, said))}" for name, said in error.errors.items())
        return error.errors, Checking(problems=problems, lost=lost)
    except Throttled as error:
        return {NON_FIELD: [error.message]}, Checking(problems=(error.message,), lost=lost)
    return {}, Checking(findings=result.findings, lost=lost)


def _title(name: str, given: Mapping[str, Any]) -> str:
    """As the form calls the field with the gateway that is chosen."""
    meaning = GATEWAYS.get(name, {}).get(str(given.get("provider")))
    titles = {info.name: info.title for info in fields_of(AuthenticatorSMSStage)}
    return meaning.title if meaning else titles.get(name, name)
