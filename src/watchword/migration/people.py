"""Who is who: which group and which user here is meant by one of authentik's."""

import uuid

import msgspec
from sqlalchemy import Connection

from watchword.migration.source import Found, Source
from watchword.model.input import UUID
from watchword.storage.users import find_user_by_uuid


class People(msgspec.Struct, kw_only=True):
    """By their uuids and numbers in authentik: the uuid of a group here, the number of a user here.

    Only those who are the same: somebody who merely has the same name is somebody else.
    """

    groups: dict[str, str] = {}
    users: dict[int, int] = {}
    uuids: dict[int, str] = {}
    """Of authentik's users, by their numbers there."""

    @classmethod
    def of(cls, source: Source) -> "People":
        known = {user.get("pk"): uuid_of(user) for user in source.users}
        return cls(uuids={number: found for number, found in known.items() if type(number) is int and found})


def uuid_of(user: Found) -> str | None:
    """authentik's uuid of a user; one that is made of his `uid` where an old version does not give it."""
    given = user.get("uuid")
    if isinstance(given, str) and UUID.fullmatch(given):
        return given.lower()
    uid = user.get("uid")
    return str(uuid.uuid5(uuid.NAMESPACE_OID, uid)) if isinstance(uid, str) and uid else None


def user_here(conn: Connection, people: People, number: int) -> int | None:
    """The number here of whom authentik knows by this number."""
    if number in people.users:
        return people.users[number]
    known = people.uuids.get(number)
    here = find_user_by_uuid(conn, known) if known else None
    return here.id if here else None
