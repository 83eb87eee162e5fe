"""What a person sees of an object: names in place of uuids, and of a secret only whether it is another one."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from watchword.blueprints.configuration import Objects
from watchword.model.base import ConfigObject
from watchword.model.fields import fields_of
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import PolicyBinding
from watchword.scrub import scrub
from watchword.storage.blueprint_instances import BlueprintInstance
from watchword.storage.groups import Group, direct_groups_of, get_group, members_of
from watchword.storage.tokens import Token
from watchword.storage.users import User, get_user

Picture = Mapping[str, Any]


class Hidden:
    """Equal to another one of the same value; its text tells nothing."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hidden) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "***"


class Pictures:
    """Of one transaction."""

    def __init__(self, conn: Connection, objects: Objects) -> None:
        self._conn = conn
        self._objects = objects

    def of(self, found: Any) -> Picture:
        match found:
            case ConfigObject():
                return self._config(found)
            case Group():
                return self._group(found)
            case User():
                return self._user(found)
            case Token():
                return _row(found, "identifier", "intent", "description", "expires", "expiring", key=found.key_hash)
            case BlueprintInstance():
                return _row(found, "name", "path", "enabled", context=found.context, content=found.content)
        raise TypeError(type(found))

    def label(self, found: Any) -> str:
        """What a person calls it: a binding has no name, and is called by its place."""
        match found:
            case FlowStageBinding():
                return f"{self._name(found.target)} {found.order}: {self._name(found.stage)}"
            case PolicyBinding():
                bound = self._name(found.policy or found.group) or self._username(found.user)
                return f"{self._name(found.target)}: {bound}"
            case Flow():
                return found.slug
            case User():
                return found.username
            case Token():
                return found.identifier
        return str(found.called if isinstance(found, ConfigObject) else found.name)

    def _config(self, obj: ConfigObject) -> Picture:
        shown: dict[str, Any] = {}
        for info in fields_of(type(obj)):
            value = getattr(obj, info.name)
            if info.secret:
                value = Hidden(value)
            elif info.row == "user":
                value = self._username(value)
            elif info.ref or info.row:
                value = [self._name(pk) for pk in value] if isinstance(value, list | tuple) else self._name(value)
            shown[info.name] = value
        return shown

    def _name(self, pk: str | None) -> str | None:
        """Of an object of the configuration or of a group."""
        if pk is None:
            return None
        if found := self._objects.now.get(pk):
            return self.label(found)
        group = get_group(self._conn, pk)
        return group.name if group else pk

    def _username(self, user_id: int | None) -> str | None:
        user = None if user_id is None else get_user(self._conn, user_id)
        return user.username if user else None

    def _group(self, group: Group) -> Picture:
        return {
            "name": group.name,
            "is_superuser": group.is_superuser,
            "attributes": Discreet(group.attributes),
            "parent": self._name(group.parent_pk),
            "users": [user.username for user in members_of(self._conn, group.pk)],
        }

    def _user(self, user: User) -> Picture:
        shown = _row(user, "username", "name", "email", "is_active", "path", "type", password=user.password_hash)
        joined = [group.name for group in direct_groups_of(self._conn, user.id)]
        return {**shown, "attributes": Discreet(user.attributes), "groups": joined}


class Discreet(Hidden):
    """Shown as far as it tells neither numbers nor secrets."""

    def __init__(self, value: Mapping[str, Any]) -> None:
        super().__init__(value)
        self.shown = scrub(value)


def _row(row: Any, *fields: str, **hidden: Any) -> dict[str, Any]:
    return {field: getattr(row, field) for field in fields} | {field: Hidden(value) for field, value in hidden.items()}
