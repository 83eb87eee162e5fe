"""Rows as expressions see them."""

from sqlalchemy import Connection

from watchword.expressions.scope import UserView
from watchword.storage.groups import groups_of
from watchword.storage.users import User


def user_view(conn: Connection, user: User) -> UserView:
    groups = groups_of(conn, user.id)
    return UserView(
        pk=user.id,
        uuid=user.uuid,
        username=user.username,
        name=user.name,
        email=user.email,
        is_active=user.is_active,
        is_superuser=any(group.is_superuser for group in groups),
        attributes=user.attributes,
        groups=[group.name for group in groups],
        group_pks=[group.pk for group in groups],
        has_password=user.password_hash is not None,
    )
