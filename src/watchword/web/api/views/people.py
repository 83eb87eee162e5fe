"""Users and groups: whole, and as other objects name them."""

import uuid
from typing import Any

import msgspec
from sqlalchemy import Connection

from watchword.keyring import Keyring
from watchword.storage.groups import Group, children_of, direct_groups_of, get_group, is_superuser, members_of
from watchword.storage.users import User
from watchword.web.api.shapes import Moment, Uuid, described_as

AVATAR = "/static/avatar.svg"


class PartialUser(msgspec.Struct, kw_only=True):
    """A user, as the objects that belong to him name him."""

    pk: int
    username: str
    name: str
    is_active: bool
    last_login: Moment | None
    email: str
    attributes: dict[str, Any]
    uid: str


class PartialGroup(msgspec.Struct, kw_only=True):
    """A group, as its members and bindings name it."""

    pk: Uuid
    num_pk: int
    name: str
    is_superuser: bool
    attributes: dict[str, Any]


class RelatedGroup(msgspec.Struct, kw_only=True):
    """A group, as the groups above and below name it."""

    pk: Uuid
    group_uuid: Uuid
    name: str
    is_superuser: bool
    attributes: dict[str, Any]


@described_as("User")
class UserView(PartialUser, kw_only=True):
    """A user."""

    date_joined: Moment
    is_superuser: bool
    groups: list[Uuid]
    groups_obj: list[PartialGroup] | None
    roles: list[Uuid]
    roles_obj: list[dict[str, Any]] | None
    avatar: str
    path: str
    type: str
    uuid: Uuid
    password_change_date: Moment
    last_updated: Moment


@described_as("Group")
class GroupView(PartialGroup, kw_only=True):
    """A group."""

    parents: list[Uuid]
    parents_obj: list[RelatedGroup] | None
    users: list[int]
    users_obj: list[PartialUser] | None
    roles: list[Uuid]
    roles_obj: list[dict[str, Any]]
    inherited_roles_obj: list[dict[str, Any]] | None
    children: list[Uuid]
    children_obj: list[RelatedGroup] | None


def uid_of(keyring: Keyring, user: User) -> str:
    """64 hex digits that tell users of different installations apart."""
    return keyring.lasting_digest("uid", str(user.id))


def partial_user(keyring: Keyring, user: User) -> PartialUser:
    return PartialUser(**_user_fields(keyring, user))


def _user_fields(keyring: Keyring, user: User) -> dict[str, Any]:
    return {
        "pk": user.id,
        "username": user.username,
        "name": user.name,
        "is_active": user.is_active,
        "last_login": user.last_login,
        "email": user.email,
        "attributes": user.attributes,
        "uid": uid_of(keyring, user),
    }


def partial_group(group: Group) -> PartialGroup:
    return PartialGroup(**_group_fields(group))


def _group_fields(group: Group) -> dict[str, Any]:
    return {
        "pk": group.pk,
        "num_pk": number_of(group),
        "name": group.name,
        "is_superuser": group.is_superuser,
        "attributes": group.attributes,
    }


def _related(group: Group) -> RelatedGroup:
    fields = _group_fields(group)
    del fields["num_pk"]
    return RelatedGroup(group_uuid=group.pk, **fields)


def number_of(group: Group) -> int:
    """`num_pk`: a number for directories that have no uuids, made of the uuid; 31 bits."""
    return uuid.UUID(group.pk).int % 2**31


def user_view(conn: Connection, keyring: Keyring, user: User, *, with_groups: bool = True) -> UserView:
    groups = direct_groups_of(conn, user.id)
    return UserView(
        **_user_fields(keyring, user),
        date_joined=user.date_joined,
        is_superuser=is_superuser(conn, user.id),
        groups=[group.pk for group in groups],
        groups_obj=[partial_group(group) for group in groups] if with_groups else None,
        roles=[],
        roles_obj=[],
        avatar=AVATAR,
        path=user.path,
        type=user.type,
        uuid=user.uuid,
        password_change_date=user.password_changed or user.date_joined,
        last_updated=user.last_updated or user.date_joined,
    )


def group_view(conn: Connection, keyring: Keyring, group: Group, *, with_users: bool = True) -> GroupView:
    parent = get_group(conn, group.parent_pk) if group.parent_pk else None
    children, members = children_of(conn, group.pk), members_of(conn, group.pk)
    return GroupView(
        **_group_fields(group),
        parents=[parent.pk] if parent else [],
        parents_obj=[_related(parent)] if parent else [],
        users=[user.id for user in members],
        users_obj=[partial_user(keyring, user) for user in members] if with_users else None,
        roles=[],
        roles_obj=[],
        inherited_roles_obj=[],
        children=[child.pk for child in children],
        children_obj=[_related(child) for child in children],
    )
