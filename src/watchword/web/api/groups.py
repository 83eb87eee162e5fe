"""Groups."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from watchword.administration import groups as deeds
from watchword.administration.groups import GroupForm, MemberForm, require_group
from watchword.errors import FieldsInvalid
from watchword.storage.groups import Group, page_of_groups
from watchword.storage.listing import Wanted
from watchword.storage.users import find_user
from watchword.web.api.call import Call
from watchword.web.api.operation import Operation, Parameter
from watchword.web.api.row_filters import (
    FLAG,
    NUMBER,
    RowFilter,
    as_number,
    as_object,
    columns_named,
    flag_filter,
    text_filter,
)
from watchword.web.api.row_resource import RowResource
from watchword.web.api.shapes import request_type
from watchword.web.api.views.people import GroupView, group_view

_MORE = (
    Parameter(name="members_by_username", help="One of these; it may be repeated."),
    Parameter(name="members_by_pk", schema=NUMBER, help="One of these; it may be repeated."),
    Parameter(name="include_users", schema=FLAG, help="Whether `users_obj` is filled; true by default."),
    Parameter(name="include_children", schema=FLAG, help="The same for `children_obj`."),
    Parameter(name="include_parents", schema=FLAG, help="The same for `parents_obj`."),
    Parameter(name="include_inherited_roles", schema=FLAG, help="The same for `inherited_roles_obj`."),
)


def _get(conn: Connection, call: Call) -> Group:
    return require_group(conn, call.uuid("group_uuid", "Group"))


def _page(conn: Connection, call: Call, wanted: Wanted) -> tuple[int, list[Group]]:
    return page_of_groups(conn, wanted, with_members=_members(conn, call.query()))


def _members(conn: Connection, query: dict[str, list[str]]) -> list[int] | None:
    names = [text for text in query.get("members_by_username", []) if text]
    numbers = [text for text in query.get("members_by_pk", []) if text]
    if not names and not numbers:
        return None
    try:
        found = [as_number(number) for number in numbers]
    except ValueError as error:
        raise FieldsInvalid({"members_by_pk": [str(error)]}) from None
    return found + [user.id for name in names if (user := find_user(conn, username=name))]


def _show(conn: Connection, call: Call, groups: Sequence[Group]) -> list[GroupView]:
    views = [group_view(conn, call.services.keyring, group) for group in groups]
    left_out = [field for what, field in _LEFT_OUT.items() if not call.flag(what, default=True)]
    for view in views:
        for field in left_out:
            setattr(view, field, None)
    return views


_LEFT_OUT = {
    "include_users": "users_obj",
    "include_children": "children_obj",
    "include_parents": "parents_obj",
    "include_inherited_roles": "inherited_roles_obj",
}


def _create(conn: Connection, call: Call, values: dict[str, Any]) -> Group:
    return deeds.create(conn, values, by=call.author, now=call.services.clock())


def _change(conn: Connection, call: Call, group: Group, values: dict[str, Any]) -> Group:
    return deeds.change(conn, group, values, by=call.author, now=call.services.clock())


def _remove(conn: Connection, call: Call, group: Group) -> None:
    deeds.remove(conn, group, by=call.author, now=call.services.clock())


GROUPS = RowResource[Group](
    id="core_groups",
    path="/core/groups",
    part="group_uuid",
    noun="group",
    name="Group",
    view=GroupView,
    get=_get,
    page=_page,
    show=_show,
    filters=(
        text_filter("name"),
        flag_filter("is_superuser"),
        RowFilter("attributes", "attributes", as_object, "holds"),
    ),
    orders=columns_named("name", "is_superuser"),
    order="name",
    more=_MORE,
    form=GroupForm,
    create=_create,
    change=_change,
    remove=_remove,
    row="group",
    key=lambda group: group.pk,
)


async def _join(call: Call) -> None:
    values = await call.fields(MemberForm)
    await call.services.database.run(_move, call, values["pk"], deeds.join)


async def _leave(call: Call) -> None:
    values = await call.fields(MemberForm)
    await call.services.database.run(_move, call, values["pk"], deeds.leave)


def _move(conn: Connection, call: Call, user_id: int, deed: Any) -> None:
    deed(conn, _get(conn, call), user_id, by=call.author, now=call.services.clock())


_MEMBER = request_type("UserAccountRequest", MemberForm)

OPERATIONS = (
    *GROUPS.operations(),
    Operation(
        id="core_groups_add_user_create",
        method="POST",
        path="/core/groups/{group_uuid}/add_user/",
        summary="Put a user into a group.",
        handle=_join,
        body=_MEMBER,
        status=204,
    ),
    Operation(
        id="core_groups_remove_user_create",
        method="POST",
        path="/core/groups/{group_uuid}/remove_user/",
        summary="Take a user out of a group.",
        handle=_leave,
        body=_MEMBER,
        status=204,
    ),
)
