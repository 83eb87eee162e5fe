"""Trying out what administrators write: policies and mappings, with a user and a context, without any effect."""

import re
import time
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from sqlalchemy import Connection

from watchword.errors import ExpressionFailed, FieldsInvalid
from watchword.expressions.policies import PolicyAnswer
from watchword.expressions.scope import DeviceView, GroupView, HttpView, PolicyRequest, StageView, UserView
from watchword.flows.services import Services
from watchword.flows.views import user_view
from watchword.model.fields import described
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy
from watchword.storage.groups import get_group
from watchword.storage.users import get_user

SAMPLE_NUMBER = "+4915123456789"
SAMPLE_CODE = "042917"

_OF_A_MESSAGE = frozenset({"user", "group", "request", "http_request", "device", "stage", "token"})


class PolicyTestForm(msgspec.Struct, kw_only=True):
    """Who the visitor is, and what the flow knows."""

    user: Annotated[int, described("User")]
    context: Annotated[dict[str, Any], described("Context", 'As {"prompt_data": {"phone": "+49..."}}.')] = {}


class MappingTestForm(msgspec.Struct, kw_only=True):
    """Whose device it is, and what the message is about; each other key of the context becomes a variable."""

    user: Annotated[int, described("User")] | None = None
    group: Annotated[str, described("Group", row="group")] | None = None
    context: Annotated[
        dict[str, Any],
        described(
            "Context", "`token`, `device` ({phone_number, name}) and `stage` ({name, from_number}) have samples."
        ),
    ] = {}


class MappingResult(msgspec.Struct, frozen=True):
    value: Any
    failure: str = ""
    """What went wrong, with its line; empty where nothing did."""
    line: int | None = None
    milliseconds: float = 0


async def try_policy(
    services: Services, policy: ExpressionPolicy, values: Mapping[str, Any], http: HttpView | None
) -> tuple[PolicyAnswer, float]:
    """The answer, and the milliseconds it took; without a `user` nobody is signed in.

    Raises `FieldsInvalid` for a user that is not there.
    """
    number = values.get("user")
    user = await services.database.read(_user, number) if number is not None else None
    request = PolicyRequest(user=user, http_request=http, context=values.get("context", {}))
    began = time.perf_counter()
    answer = await services.policies.try_out(policy, request, services.configuration.snapshot)
    return answer, _since(began)


async def try_mapping(
    services: Services, mapping: NotificationWebhookMapping, values: Mapping[str, Any], http: HttpView | None
) -> MappingResult:
    """Raises `FieldsInvalid` for a user or a group that is not there."""
    context = values.get("context", {})
    number, pk = values.get("user"), values.get("group")
    user = await services.database.read(_user, number) if number is not None else None
    group = await services.database.read(_group, pk) if pk else None
    sample = _sample(context, user)
    variables = {_identifier(key): value for key, value in context.items() if key not in _OF_A_MESSAGE}
    began = time.perf_counter()
    try:
        value = await services.mappings.try_out(
            mapping,
            user=user,
            group=group,
            http_request=http,
            variables=variables,
            sample=sample,
            token=str(context.get("token", SAMPLE_CODE)),
        )
    except ExpressionFailed as error:
        return MappingResult(None, error.told, error.line, _since(began))
    return MappingResult(value, milliseconds=_since(began))


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)


def _sample(context: Mapping[str, Any], user: UserView | None) -> DeviceView:
    stage, device = _part(context, "stage"), _part(context, "device")
    shown = StageView(
        pk=str(stage.get("pk", "00000000-0000-0000-0000-000000000000")),
        name=str(stage.get("name", "sms")),
        from_number=str(stage.get("from_number", "Watchword")),
    )
    number = str(device.get("phone_number", SAMPLE_NUMBER))
    return DeviceView(phone_number=number, name=str(device.get("name", "SMS Device")), user=user, stage=shown)


def _part(context: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = context.get(name)
    return value if isinstance(value, dict) else {}


def _identifier(key: str) -> str:
    """A key as a variable: what no name may hold becomes `_`. Names of our own begin with one, these never do."""
    name = re.sub(r"\W", "_", key, flags=re.ASCII).lstrip("_")
    return name if name and not name[0].isdigit() else f"x_{name}"


def _user(conn: Connection, user_id: int) -> UserView:
    user = get_user(conn, user_id)
    if user is None:
        raise FieldsInvalid({"user": [f'Invalid pk "{user_id}" - object does not exist.']})
    return user_view(conn, user)


def _group(conn: Connection, pk: str) -> GroupView:
    group = get_group(conn, pk)
    if group is None:
        raise FieldsInvalid({"group": [f'Invalid pk "{pk}" - object does not exist.']})
    return GroupView(pk=group.pk, name=group.name, is_superuser=group.is_superuser, attributes=group.attributes)
