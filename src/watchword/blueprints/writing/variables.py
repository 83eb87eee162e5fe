"""The names that secrets get: nothing of a secret but its variable is written."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from watchword.model.base import ConfigObject
from watchword.model.fields import secret_fields

_PREFIX = "BLUEPRINT_SECRET"
"""Blueprints that come over the API may read variables of this beginning, and no setting has it."""


class Secret(NamedTuple):
    pk: str
    field: str


def variables(objects: Iterable[ConfigObject]) -> Mapping[Secret, str]:
    """The variable of every secret that is set, as `BLUEPRINT_SECRET_SMS_AUTH`: the same on every server.

    Where two names come to the same letters, each gets a few of its digest.
    """
    owners = [obj for obj in objects if any(_set(obj))]
    plain = [_plain(obj.called) for obj in owners]
    found = {}
    for obj, name in zip(owners, plain, strict=True):
        owner = f"{name}_{_digest(obj.called)}" if not name or plain.count(name) > 1 else name
        for field in _set(obj):
            found[Secret(obj.pk, field)] = f"{_PREFIX}_{owner.strip('_')}_{field.upper()}"
    return found


def variable_of_user(user_id: int) -> str:
    """Of a user name that must not be written."""
    return f"BLUEPRINT_USERNAME_{user_id}"


def _set(obj: ConfigObject) -> Iterator[str]:
    return (field for field in sorted(secret_fields(type(obj))) if getattr(obj, field))


def _plain(called: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", called.upper()).strip("_")


def _digest(called: str) -> str:
    return hashlib.sha256(called.encode()).hexdigest()[:8].upper()
