"""A run: what a stage may touch while it handles one request of one execution."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from watchword.events import Event
from watchword.expressions.scope import PolicyRequest, UserView
from watchword.flows.execution import Execution
from watchword.flows.services import Services
from watchword.flows.views import user_view
from watchword.flows.visit import Visit
from watchword.model.base import StageSettings
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.snapshot import Snapshot
from watchword.storage.events import write_event
from watchword.storage.users import User, get_user, is_still_there

Work = Callable[[Connection], None]
Checkpoint = Callable[["Run", Work | None], Awaitable[None]]


class Run:
    """Made anew for every request; what outlasts the request stands in `execution`."""

    def __init__(self, services: Services, visit: Visit, flow: Flow, execution: Execution, save: Checkpoint) -> None:
        self.services = services
        self.visit = visit
        self.flow = flow
        self.execution = execution
        self.snapshot: Snapshot = services.configuration.snapshot
        self._save = save
        self._user: User | None = None
        self.saved = b""
        """The state as it stands in the database."""
        self.over = False
        """Whether this run has ended: finished, denied or refused."""

    @property
    def now(self) -> datetime:
        return self.services.clock()

    @property
    def state(self) -> dict[str, Any]:
        """The current stage's own notes, as JSON values."""
        return self.execution.stage_state

    @property
    def binding(self) -> FlowStageBinding:
        step = self.execution.step
        assert step is not None  # noqa: S101 - a stage runs only while there is a step
        return self.snapshot.require(step.binding, FlowStageBinding)

    @property
    def stage_settings(self) -> StageSettings | None:
        step = self.execution.step
        return self.snapshot.get(step.stage, StageSettings) if step else None

    async def checkpoint(self, work: Work | None = None) -> None:
        """Saves the execution now, before something that must not happen twice; as it is after `work`, which is done
        in the same transaction.

        Raises `Conflict`, and does neither, where another request of the same visitor was quicker.
        """
        await self._save(self, work)

    def knows(self, user: User) -> None:
        """The pending user as he was just written, so that he need not be read."""
        self._user = user

    async def user(self) -> User | None:
        """Whom this run is about: the pending user, else whoever is signed in."""
        pending = self.execution.context.pending_user
        if pending is None and not self.execution.context.pending_user_identifier:
            return self.visit.user
        if pending is not None and (self._user is None or self._user.id != pending):
            self._user = await self.services.database.read(get_user, pending)
        return self._user if pending is not None else None

    async def user_label(self) -> str:
        """What pages call the pending user: as typed where one was typed, so that a guess is not confirmed."""
        if typed := self.execution.context.pending_user_identifier:
            return typed
        user = await self.user()
        return user.username if user else ""

    async def user_view(self) -> UserView | None:
        user = await self.user()
        return await self.services.database.read(user_view, user) if user else None

    async def event(self, action: str, message: str = "", **context: Any) -> None:
        """Leaves an event about this run's user, in a transaction of its own; of who was erased meanwhile, and so late
        leaves no new trace, just that it was.
        """
        user, write, now = await self.user(), self.event_about(action, message, **context), self.now

        def work(conn: Connection) -> None:
            if user is None or is_still_there(conn, user.id):
                write(conn, user)
            else:
                write_event(conn, action=action, now=now)

        await self.services.database.run(work)

    async def event_work(self, action: str, message: str = "", **context: Any) -> Work:
        """The same, to be done within another transaction."""
        user, write = await self.user(), self.event_about(action, message, **context)
        return lambda conn: write(conn, user)

    def event_about(self, action: str, message: str = "", **context: Any) -> Callable[[Connection, User | None], None]:
        """The same about a user who is known only within that transaction."""
        now, address, event = self.now, self.visit.address, Event(action, message, context)

        def write(conn: Connection, user: User | None) -> None:
            write_event(
                conn,
                action=event.action,
                now=now,
                user=user,
                message=event.message,
                context=event.context,
                client_ip=address,
            )

        return write

    async def policy_request(self, context: dict[str, Any]) -> PolicyRequest:
        return PolicyRequest(user=await self.user_view(), http_request=self.visit.http, context=context)
