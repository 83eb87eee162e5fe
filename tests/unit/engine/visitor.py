"""A visitor with a browser: one session, which every request finds again as the web does."""

import hashlib
from typing import Any

from tests.sessions import find_session
from tests.unit.engine.flows import SLUG
from watchword.expressions.scope import HttpView
from watchword.flows.challenge import Challenge, as_plain
from watchword.flows.executor import Executor
from watchword.flows.services import Services
from watchword.flows.visit import Visit
from watchword.storage.groups import is_superuser
from watchword.storage.sessions import Session
from watchword.storage.users import get_user

Shown = dict[str, Any]
"""A challenge as JSON clients get it."""


class Visitor:
    """`address` and `next` go with every request, until they are changed."""

    def __init__(self, services: Services, executor: Executor, token: str, slug: str = SLUG) -> None:
        self._services = services
        self._executor = executor
        self._token = token
        self.slug = slug
        self.address = "192.0.2.1"
        self.next = ""
        self.remembered = ""
        """The cookie of a second factor that was given."""
        self.step = ""
        """The step that was shown last."""
        self.visit: Visit | None = None
        """The latest request."""

    def meets(self, executor: Executor) -> None:
        """Another process answers from now on."""
        self._executor = executor

    async def session(self) -> Session:
        token_hash = hashlib.sha256(self._token.encode()).hexdigest()
        session = await self._services.database.read(find_session, token_hash, self._services.clock())
        assert session, "This session has ended."
        return session

    async def signed_in_as(self) -> str | None:
        visit = await self._visit()
        return visit.user.username if visit.user else None

    async def look(self, slug: str = "") -> Shown:
        """What the executor asks now."""
        visit = await self._visit()
        return self._seen(visit, await self._executor.show(visit, slug or self.slug))

    start = look

    async def answer(self, /, *, at: str | None = None, **response: Any) -> Shown:
        """`at` is the step that the visitor's page showed, where it says so."""
        visit = await self._visit()
        visit.expected_step = at
        return self._seen(visit, await self._executor.respond(visit, self.slug, response))

    async def cancel(self) -> None:
        await self._executor.cancel(await self._visit())

    def _seen(self, visit: Visit, challenge: Challenge) -> Shown:
        self.visit, self.step = visit, visit.step
        if visit.cookie:
            self._token = visit.cookie.token
        if visit.remember:
            self.remembered = visit.remember.token
        return as_plain(challenge)

    async def _visit(self) -> Visit:
        session = await self.session()
        read = self._services.database.read
        user = await read(get_user, session.user_id) if session.user_id else None
        return Visit(
            session=session,
            user=user,
            superuser=bool(user and await read(is_superuser, user.id)),
            address=self.address,
            host="watchword.example",
            look=lambda: HttpView(method="POST", path="/x/", META={"REMOTE_ADDR": self.address}),
            next=self.next,
            remembered=self.remembered,
        )


def problem(shown: Shown) -> tuple[str, str]:
    """The only thing wrong with the answer before, as (field, code)."""
    ((field, (error,)),) = shown["response_errors"].items()
    return field, error["code"]


def sentence(shown: Shown) -> str:
    """What the visitor reads about it; or why he was denied."""
    if "error_message" in shown:
        return str(shown["error_message"])
    ((_, (error,)),) = shown["response_errors"].items()
    return str(error["string"])


def ended(shown: Shown, to: str = "/") -> bool:
    return shown == {"component": "xak-flow-redirect", "to": to}


def denied(shown: Shown) -> bool:
    return bool(shown["component"] == "ak-stage-access-denied")
