"""Users and groups in forms and on pages: by their names, where the configuration has numbers and uuids."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from watchword.errors import FieldsInvalid
from watchword.flows.services import Services
from watchword.model.base import ConfigObject
from watchword.model.fields import fields_of
from watchword.model.policy import PolicyBinding
from watchword.storage.groups import get_group
from watchword.storage.listing import Wanted
from watchword.storage.users import User, find_user, get_user, page_of_users

SUGGESTED = 100
"""Users at most that a field suggests; where there are more, it suggests none."""

NO_SUCH_USER = "There is nobody of this user name."

Names = Mapping[str, str]
"""By the pk of the binding that names them."""


def names_of(conn: Connection, bindings: Iterable[PolicyBinding]) -> Names:
    """Of the groups and users that decide; one that is gone has none."""
    found = {}
    for bound in bindings:
        if bound.group and (group := get_group(conn, bound.group)):
            found[bound.pk] = f"members of {group.name}"
        elif bound.user and (user := get_user(conn, bound.user)):
            found[bound.pk] = user.username
    return found


def suggested(conn: Connection) -> tuple[str, ...]:
    count, found = page_of_users(conn, Wanted(order="username", limit=SUGGESTED))
    return tuple(user.username for user in found) if count <= SUGGESTED else ()


async def user_called(services: Services, username: str) -> User | None:
    """Also for what no database takes as text."""
    return None if "\x00" in username else await services.database.read(find_user, username=username.strip())


async def by_number(services: Services, cls: type[ConfigObject], given: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, with numbers in place of user names. Raises `FieldsInvalid` for names that nobody has."""
    values, errors = dict(given), {}
    for name in _user_fields(cls):
        if isinstance(typed := values.get(name), str):
            user = await user_called(services, typed)
            values[name] = user.id if user else None
            if user is None:
                errors[name] = [NO_SUCH_USER]
    if errors:
        raise FieldsInvalid(errors)
    return values


async def by_name(services: Services, cls: type[ConfigObject], given: Mapping[str, Any]) -> dict[str, Any]:
    """What is to stand in a form, with user names in place of numbers; what was typed stays as it is."""
    values = dict(given)
    for name in _user_fields(cls):
        if isinstance(number := values.get(name), int):
            user = await services.database.read(get_user, number)
            values[name] = user.username if user else ""
    return values


def _user_fields(cls: type[ConfigObject]) -> list[str]:
    return [info.name for info in fields_of(cls) if info.row == "user"]
