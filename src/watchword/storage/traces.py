"""What names one person wherever it stands: found in any text, and taken out of it."""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import msgspec
from sqlalchemy import Connection, exists, select

from watchword.storage.authenticators import authenticators_of
from watchword.storage.devices import SMSDevice
from watchword.storage.tables import devices, users
from watchword.storage.users import User, fold

ERASED = "(erased)"

# In "demo-sms" or "demo.example.org" nobody is called demo.
_WORD = r"(?<![\w@/\-.]){}(?![\w@/\-]|\.\w)"


class Traces(msgspec.Struct, frozen=True, dict=True):
    """`words` count only where they stand alone, `exact` wherever they stand. A `masked` number may be another's too:
    it is taken only from what is nobody else's, and proves nothing.
    """

    user_id: int
    words: tuple[str, ...]
    exact: tuple[str, ...]
    masked: tuple[str, ...] = ()
    number_keys: tuple[str, ...] = ()

    def stand_in(self, value: Any) -> bool:
        """Whether any is in a JSON value, a text or bytes; not for JSON as text, where what is escaped hides words."""
        if isinstance(value, str):
            return self.pattern.search(value) is not None
        if isinstance(value, bytes):
            return self.stand_in(value.decode("latin-1"))
        if isinstance(value, dict):
            return any(self.stand_in(part) for pair in value.items() for part in pair)
        return isinstance(value, list) and any(map(self.stand_in, value))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return _pattern(self.words, (*self.exact, *self.number_keys))

    @cached_property
    def _with_masked(self) -> re.Pattern[str]:
        return _pattern(self.words, (*self.exact, *self.number_keys, *self.masked))

    def without(self, value: Any, *, masked: bool = False) -> Any:
        """A JSON value, or text, with all of them replaced; keys of mappings too."""
        pattern = self._with_masked if masked else self.pattern
        if isinstance(value, str):
            return pattern.sub(ERASED, value)
        if isinstance(value, list):
            return [self.without(inner, masked=masked) for inner in value]
        if isinstance(value, dict):
            return {self.without(k, masked=masked): self.without(v, masked=masked) for k, v in value.items()}
        return value


def _pattern(words: Iterable[str], exact: Iterable[str]) -> re.Pattern[str]:
    """Longest first: an address before the name that it begins with."""
    parts = [(text, _WORD) for text in words] + [(text, "{}") for text in exact]
    longest_first = sorted(parts, key=lambda part: (-len(part[0]), part))
    return re.compile("|".join(form.format(re.escape(text)) for text, form in longest_first), re.IGNORECASE)


def traces_of(conn: Connection, user: User) -> Traces:
    """What other users have too, an address or a number, is theirs: it stays, and is no trace."""
    own = [one for one in authenticators_of(conn, SMSDevice, user.id) if not _shared_number(conn, one)]
    upn = user.attributes.get("upn")
    return Traces(
        user_id=user.id,
        words=_texts([user.username, user.name if " " in user.name.strip() else ""]),
        exact=_texts(
            [
                user.uuid,
                "" if _shared_address(conn, user) else user.email,
                upn if isinstance(upn, str) and "@" in upn else "",
                *(one.phone_number or "" for one in own),
            ]
        ),
        masked=_texts(one.masked for one in own),
        number_keys=_texts(one.number_key for one in own),
    )


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(str.strip, texts)))


def _shared_address(conn: Connection, user: User) -> bool:
    others = exists().where(users.c.id != user.id, users.c.email_key == fold(user.email))
    return bool(user.email and conn.execute(select(others)).scalar_one())


def _shared_number(conn: Connection, device: SMSDevice) -> bool:
    others = exists().where(devices.c.user_id != device.user_id, devices.c.number_key == device.number_key)
    return bool(conn.execute(select(others)).scalar_one())
