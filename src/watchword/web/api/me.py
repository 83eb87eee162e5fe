"""Who the caller is, and accounts for programs."""

import secrets
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import Connection

from watchword.administration import groups as group_deeds
from watchword.administration import tokens as token_deeds
from watchword.administration import users as user_deeds
from watchword.errors import FieldsInvalid
from watchword.model.fields import described
from watchword.storage.groups import groups_of
from watchword.web.api.call import Call
from watchword.web.api.operation import Operation
from watchword.web.api.shapes import Uuid, request_type
from watchword.web.api.views.people import AVATAR, uid_of

LIFETIME = timedelta(days=360)
"""Of a service account's first token, where its end is not given, as in authentik."""

_SYSTEM_PERMISSIONS = ["authentik_rbac.access_admin_interface"]


class UserSelfGroup(msgspec.Struct, kw_only=True):
    name: str
    pk: Uuid


class UserSelf(msgspec.Struct, kw_only=True):
    """Whoever asks."""

    pk: int
    username: str
    name: str
    is_active: bool
    is_superuser: bool
    is_current: bool
    groups: list[UserSelfGroup]
    roles: list[UserSelfGroup]
    email: str
    avatar: str
    uid: str
    settings: dict[str, Any]
    type: str
    system_permissions: list[str]


class SessionUser(msgspec.Struct, kw_only=True):
    """Whoever asks, and all who are signed in with the same browser."""

    user: UserSelf
    users: list[UserSelf]


async def _me(call: Call) -> SessionUser:
    user, superuser = call.caller.user, call.caller.superuser
    groups = await call.services.database.read(groups_of, user.id)
    settings = user.attributes.get("settings")
    shown = UserSelf(
        pk=user.id,
        username=user.username,
        name=user.name,
        is_active=user.is_active,
        is_superuser=superuser,
        is_current=True,
        groups=[UserSelfGroup(name=group.name, pk=group.pk) for group in groups],
        roles=[],
        email=user.email,
        avatar=AVATAR,
        uid=uid_of(call.services.keyring, user),
        settings=settings if isinstance(settings, dict) else {},
        type=user.type,
        system_permissions=_SYSTEM_PERMISSIONS if superuser else [],
    )
    return SessionUser(user=shown, users=[shown])


class ServiceAccountForm(msgspec.Struct, kw_only=True):
    """An account for a program, with a first token."""

    name: Annotated[str, described("Name", "Also its user name.", min_length=1, max_length=150)]
    create_group: Annotated[bool, described("With a group of its own")] = False
    expiring: Annotated[bool, described("Whether the token expires")] = True
    expires: Annotated[datetime, described("Expires", "360 days from now, where it is left out.")] | None = None


class UserServiceAccountResponse(msgspec.Struct, kw_only=True):
    """The account, and the key of its token. The key is shown again by the token's `view_key`."""

    username: str
    token: str
    user_uid: str
    user_pk: int
    group_pk: Uuid | UnsetType = UNSET


async def _service_account(call: Call) -> UserServiceAccountResponse:
    values = await call.fields(ServiceAccountForm)
    return await call.services.database.run(_create_account, call, values)


def _create_account(conn: Connection, call: Call, values: dict[str, Any]) -> UserServiceAccountResponse:
    by, now, keyring, name = call.author, call.services.clock(), call.services.keyring, values["name"]
    try:
        about = {"username": name, "name": name, "type": "service_account", "path": "goauthentik.io/service-accounts"}
        user = user_deeds.create(conn, about, by=by, now=now)
    except FieldsInvalid as error:
        raise FieldsInvalid({"name": error.errors.get("username", [str(error)])}) from None
    group = None
    if values.get("create_group"):
        group = group_deeds.create(conn, {"name": name, "users": [user.id]}, by=by, now=now)
    chosen = {
        "identifier": f"service-account-{user.id}-{secrets.token_hex(4)}",
        "intent": "app_password",
        "user": user.id,
        "expiring": values.get("expiring", True),
        "expires": values.get("expires") or now + LIFETIME,
    }
    token = token_deeds.create(conn, keyring, chosen, by=by, superuser=True, now=now)
    return UserServiceAccountResponse(
        username=user.username,
        token=token_deeds.derived_key(keyring, token.pk),
        user_uid=uid_of(keyring, user),
        user_pk=user.id,
        group_pk=group.pk if group else UNSET,
    )


OPERATIONS = (
    Operation(
        id="core_users_me_retrieve",
        method="GET",
        path="/core/users/me/",
        summary="Show who the caller is.",
        handle=_me,
        answer=SessionUser,
        access="signed_in",
    ),
    Operation(
        id="core_users_service_account_create",
        method="POST",
        path="/core/users/service_account/",
        summary="Create an account for a program, with a first token.",
        handle=_service_account,
        body=request_type("UserServiceAccountRequest", ServiceAccountForm),
        answer=UserServiceAccountResponse,
        sensitive=True,
    ),
)
