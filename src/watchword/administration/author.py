"""Who changes something, for history and events."""

from typing import NamedTuple

from watchword.storage.users import User


class Author(NamedTuple):
    user: User
    address: str = ""
    """Where from."""

    @property
    def name(self) -> str:
        return self.user.username


class Command(NamedTuple):
    """Whoever has a shell on the server: `name` is what was typed."""

    name: str
    user: None = None
    address: str = ""


Doer = Author | Command
