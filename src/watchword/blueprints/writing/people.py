"""Groups and users as drafts; what is nobody else's business stays where it is."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from watchword.blueprints.people.groups import GROUP
from watchword.blueprints.people.users import USER
from watchword.blueprints.writing.draft import Draft, Ref
from watchword.blueprints.writing.people_read import People
from watchword.blueprints.writing.variables import variable_of_user
from watchword.blueprints.writing.yaml_text import Tagged
from watchword.scrub import holds_secret, mask_numbers, scrub
from watchword.storage.groups import Group
from watchword.storage.users import User


class Left(NamedTuple):
    """How much was left out: for secrets, and for phone numbers."""

    secrets: int = 0
    numbers: int = 0

    def __add__(self, other: Any) -> "Left":
        return Left(self.secrets + other.secrets, self.numbers + other.numbers)


def people_drafts(people: People, *, numbers: bool) -> tuple[list[Draft], Left]:
    """Groups, each after the one above it, then users. Without `numbers`, what holds a phone number is left out."""
    drafts, left = [], Left()
    for draft in [*map(_group, _ordered(people.groups)), *(_user(user, people) for user in people.users)]:
        kept, missed = _discreet(draft, numbers=numbers)
        left += missed
        if kept is not None:
            drafts.append(kept)
    return drafts, left


def found_by_name(people: People) -> Mapping[Any, Tagged]:
    """How those are found that are no entries."""
    groups: dict[Any, Tagged] = {group.pk: Tagged("!Find", [GROUP, ["name", group.name]]) for group in people.groups}
    return groups | {
        user_id: Tagged("!Find", [USER, ["username", _discreet_name(user_id, name)]])
        for user_id, name in people.usernames.items()
    }


def _discreet_name(user_id: int, name: str) -> Any:
    return name if mask_numbers(name) == name else Tagged("!Env", variable_of_user(user_id))


def _group(group: Group) -> Draft:
    values = {
        "name": group.name,
        "is_superuser": group.is_superuser,
        "attributes": group.attributes,
        "parent": Ref(group.parent_pk) if group.parent_pk else None,
    }
    return Draft(group.pk, GROUP, "group", group.name, ("name",), values)


def _user(user: User, people: People) -> Draft:
    """Without his password: its hash counts as one."""
    fields = ("username", "name", "email", "is_active", "attributes", "path", "type")
    values = {name: getattr(user, name) for name in fields}
    joined = [Ref(pk) for pk in people.memberships.get(user.id, ())]
    return Draft(user.id, USER, "user", user.username, ("username",), values | {"groups": joined})


def _ordered(groups: list[Group]) -> Iterator[Group]:
    waiting = {group.pk: group for group in sorted(groups, key=lambda group: group.name)}
    while waiting:
        ready = [group for group in waiting.values() if group.parent_pk not in waiting]
        for group in ready or list(waiting.values()):  # none is ready where groups stand above each other
            yield waiting.pop(group.pk)


def _discreet(draft: Draft, *, numbers: bool) -> tuple[Draft | None, Left]:
    """Without the fields that tell too much, which then stay as they are where it is applied; None for all of it."""
    values, left = dict(draft.values), Left()
    if holds_secret(values["attributes"]):
        del values["attributes"]
        left += Left(secrets=1)
    telling = [] if numbers else [name for name, value in values.items() if _has_number(value)]
    if draft.model == USER and "username" in telling:
        return None, Left(numbers=1)
    telling = [name for name in telling if name not in draft.named_by]
    kept = {name: value for name, value in values.items() if name not in telling}
    if "attributes" in kept:
        kept["attributes"] = _in_order(kept["attributes"])
    return draft._replace(values=kept), left + Left(0, len(telling))


def _in_order(attributes: Any) -> Any:
    """The two databases give back the keys of a mapping differently."""
    return msgspec.json.decode(msgspec.json.encode(attributes, order="sorted"))


def _has_number(value: Any) -> bool:
    if isinstance(value, str):
        return mask_numbers(value) != value
    return isinstance(value, dict) and scrub(value) != value
