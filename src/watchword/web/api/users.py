"""Users, by administrators; and who the caller is."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from watchword.administration import users as deeds
from watchword.administration.users import PasswordForm, UserForm, require_user
from watchword.errors import FieldsInvalid
from watchword.passwords import hash_in_thread
from watchword.storage.groups import find_group
from watchword.storage.listing import Wanted
from watchword.storage.users import User, page_of_users, paths_of_users
from watchword.web.api.call import Call, read_flag
from watchword.web.api.filtering import read_uuid
from watchword.web.api.operation import Operation, Parameter
from watchword.web.api.row_filters import (
    FLAG,
    UUID,
    RowFilter,
    as_object,
    as_text,
    columns_named,
    flag_filter,
    moment_filters,
    text_filter,
    uuid_filter,
)
from watchword.web.api.row_resource import RowResource
from watchword.web.api.shapes import request_type
from watchword.web.api.views.people import UserView, user_view

_FILTERS = (
    text_filter("username"),
    text_filter("name"),
    text_filter("email"),
    flag_filter("is_active"),
    RowFilter("type", "type", as_text, "in"),
    text_filter("path"),
    RowFilter("path_startswith", "path", as_text, "begins"),
    uuid_filter("uuid"),
    RowFilter("attributes", "attributes", as_object, "holds"),
    *moment_filters("date_joined"),
    *moment_filters("last_login"),
    *moment_filters("last_updated"),
    RowFilter("last_login__isnull", "last_login", read_flag, "null", FLAG),
)
_MORE = (
    Parameter(name="is_superuser", schema=FLAG),
    Parameter(name="groups_by_name", help="One of these; it may be repeated."),
    Parameter(name="groups_by_pk", schema=UUID, help="One of these; it may be repeated."),
    Parameter(name="roles_by_name", help="Watchword has no roles: with any, nobody is found."),
    Parameter(name="roles_by_pk", schema=UUID, help="The same."),
    Parameter(name="include_groups", schema=FLAG, help="Whether `groups_obj` is filled; true by default."),
    Parameter(name="include_roles", schema=FLAG, help="The same for `roles_obj`."),
)


def _get(conn: Connection, call: Call) -> User:
    return require_user(conn, call.number("id", "User"))


def _page(conn: Connection, call: Call, wanted: Wanted) -> tuple[int, list[User]]:
    query = call.query()
    if any(query.get("roles_by_name", [])) or _uuids(query, "roles_by_pk"):
        return 0, []
    superusers = call.flag("is_superuser") if call.option("is_superuser") else None
    return page_of_users(conn, wanted, superusers=superusers, in_groups=_groups(conn, query))


def _groups(conn: Connection, query: dict[str, list[str]]) -> list[str] | None:
    """The pks of the groups that are named either way; None where none is."""
    names, pks = [text for text in query.get("groups_by_name", []) if text], _uuids(query, "groups_by_pk")
    if not names and not pks:
        return None
    return pks + [group.pk for name in names if (group := find_group(conn, name=name))]


def _uuids(query: dict[str, list[str]], name: str) -> list[str]:
    """Raises `FieldsInvalid`."""
    try:
        return [read_uuid(text) for text in query.get(name, []) if text]
    except ValueError as error:
        raise FieldsInvalid({name: [str(error)]}) from None


def _show(conn: Connection, call: Call, users: Sequence[User]) -> list[UserView]:
    keyring, with_groups = call.services.keyring, call.flag("include_groups", default=True)
    views = [user_view(conn, keyring, user, with_groups=with_groups) for user in users]
    if not call.flag("include_roles", default=True):
        for view in views:
            view.roles_obj = None
    return views


def _create(conn: Connection, call: Call, values: dict[str, Any]) -> User:
    return deeds.create(conn, values, by=call.author, now=call.services.clock())


def _change(conn: Connection, call: Call, user: User, values: dict[str, Any]) -> User:
    return deeds.change(conn, user, values, by=call.author, now=call.services.clock())


def _remove(conn: Connection, call: Call, user: User) -> None:
    deeds.remove(conn, user, by=call.author, now=call.services.clock())


USERS = RowResource[User](
    id="core_users",
    path="/core/users",
    part="id",
    noun="user",
    name="User",
    view=UserView,
    get=_get,
    page=_page,
    show=_show,
    filters=_FILTERS,
    orders=columns_named("username", "name", "email", "last_login", "is_active", "type", "date_joined", "last_updated")
    | {"pk": "id"},
    order="username",
    more=_MORE,
    form=UserForm,
    create=_create,
    change=_change,
    remove=_remove,
    row="user",
    key=lambda user: user.id,
)


class UserPath(msgspec.Struct, kw_only=True):
    """The paths that users stand at."""

    paths: list[str]


async def _set_password(call: Call) -> None:
    values = await call.fields(PasswordForm)
    user = await call.services.database.read(_get, call)
    hashed = await hash_in_thread(values["password"])
    visit = call.caller.visit
    own = visit.session.id if visit and visit.user and visit.user.id == user.id else None
    await call.services.database.run(
        deeds.set_password, user, hashed, by=call.author, now=call.services.clock(), spared_session=own
    )


async def _paths(call: Call) -> UserPath:
    text = call.option("search").casefold()
    paths = await call.services.database.read(paths_of_users)
    return UserPath(paths=[path for path in paths if text in path.casefold()])


OPERATIONS = (
    *USERS.operations(),
    Operation(
        id="core_users_set_password_create",
        method="POST",
        path="/core/users/{id}/set_password/",
        summary="Set a user's password, and end the user's sessions.",
        handle=_set_password,
        body=request_type("UserPasswordSetRequest", PasswordForm),
        status=204,
        sensitive=True,
    ),
    Operation(
        id="core_users_paths_retrieve",
        method="GET",
        path="/core/users/paths/",
        summary="List the paths that users stand at.",
        handle=_paths,
        answer=UserPath,
        query=(Parameter(name="search"),),
    ),
)
