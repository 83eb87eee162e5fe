"""A visit: what the engine knows of the HTTP request and of who makes it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from watchword.expressions.scope import HttpView
from watchword.storage.executions import ExecutionRow
from watchword.storage.sessions import Session
from watchword.storage.users import User


@dataclass(frozen=True)
class NewCookie:
    """A token to hand to the browser; `lifetime` None makes it end with the browser."""

    token: str
    lifetime: timedelta | None = None


@dataclass(kw_only=True)
class Visit:
    session: Session
    user: User | None = None
    superuser: bool = False
    address: str = ""
    host: str = "localhost"
    """The name that messages and pages call this server by: no port."""
    look: Callable[[], HttpView]
    """What expressions may know of the request; asked for only where there are any."""
    next: str = ""
    """Where the visitor asked to go afterwards, as typed: the executor checks it."""
    found: dict[str, ExecutionRow | None] = field(default_factory=dict)
    """His run through a flow, by its pk, as it was found together with the session; good for one look."""
    expected_step: str | None = None
    """The step that the visitor's page showed; an answer to another one is a `Conflict`."""
    step: str = ""
    """The step that is shown now."""
    cookie: NewCookie | None = None
    """Set when a stage rotated the session."""
    remembered: str = ""
    """What the browser holds to show that it gave a second factor, as it came in."""
    remember: NewCookie | None = None
    """Set when it gave one that is to be remembered."""

    @property
    def http(self) -> HttpView:
        return self.look()
