"""The groups and users that an export names."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection

from watchword.model.base import ConfigObject
from watchword.model.fields import row_references
from watchword.storage.groups import Group, list_groups
from watchword.storage.memberships import memberships_of_all
from watchword.storage.user_lists import every_user, usernames_of
from watchword.storage.users import User


class People(NamedTuple):
    """`memberships` are the pks of the groups each user is in directly; `usernames` name whom the configuration
    refers to, by number.
    """

    groups: list[Group] = []
    users: list[User] = []
    memberships: dict[int, list[str]] = {}
    usernames: dict[int, str] = {}

    @property
    def names(self) -> dict[Any, str]:
        """Of groups, and of those users, by what the configuration refers to them by."""
        return {group.pk: group.name for group in self.groups} | dict(self.usernames)


def read_people(conn: Connection, objects: Iterable[ConfigObject], *, users: bool = False) -> People:
    bound = {key for obj in objects for _, row, key in row_references(obj) if row == "user"}
    return People(
        groups=list_groups(conn),
        users=every_user(conn) if users else [],
        memberships=memberships_of_all(conn) if users else {},
        usernames=usernames_of(conn, bound),
    )
