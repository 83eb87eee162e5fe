"""Where executions are kept between requests: one a visitor and flow, saved by compare-and-set."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Connection

from watchword.errors import Conflict
from watchword.flows.execution import Execution, freeze, restore, seal
from watchword.flows.run import Run
from watchword.flows.services import Services
from watchword.flows.visit import Visit
from watchword.model.flow import Flow
from watchword.storage.executions import (
    amend_execution,
    end_execution,
    end_executions_of,
    load_execution,
    save_execution,
    start_execution,
)
from watchword.storage.sessions import update_session_data

LIFETIME = timedelta(hours=1)
"""How long an execution may rest between two requests."""

Work = Callable[[Connection], None]


class Shelf:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def load(self, visit: Visit, flow: Flow) -> Execution | None:
        row = await self._services.database.read(load_execution, visit.session.id, flow.pk, self._services.clock())
        return restore(self._services.keyring, row.state, row.version) if row else None

    async def begin(self, run: Run) -> None:
        """Takes the place of whatever run this visitor had in this flow."""
        run.saved = freeze(run.execution)
        row = await self._services.database.run(
            start_execution,
            id=run.execution.id,
            session_id=run.visit.session.id,
            flow_pk=run.flow.pk,
            state=seal(self._services.keyring, run.saved),
            now=run.now,
            expires=run.now + LIFETIME,
        )
        run.execution.version = row.version

    async def save(self, run: Run, work: Work | None = None) -> None:
        """Saves what changed, and does `work` in the same transaction; raises `Conflict` and does neither where
        another request was quicker.
        """
        frozen = freeze(run.execution)
        if frozen == run.saved and work is None:
            return
        run.saved = await self._services.database.run(self._save, run, frozen, work)
        run.execution.version += 1

    def _save(self, conn: Connection, run: Run, frozen: bytes, work: Work | None) -> bytes:
        """What stands in the database then. Saved before the work: of two requests at once, one does it."""
        execution, keyring = run.execution, self._services.keyring
        if not save_execution(conn, execution.id, execution.version, seal(keyring, frozen), run.now + LIFETIME):
            raise Conflict
        if work is None:
            return frozen
        work(conn)
        if (after := freeze(execution)) != frozen:
            amend_execution(conn, execution.id, seal(keyring, after))
        return after

    async def end(self, run: Run) -> None:
        """Raises `Conflict` where another request ended it, or moved it on, first."""
        run.over = True
        await self._services.database.run(self._end, run)

    def _end(self, conn: Connection, run: Run) -> None:
        if not end_execution(conn, run.execution.id, run.execution.version):
            raise Conflict
        if run.execution.notices:
            session = run.visit.session
            notices = [*session.data.get("notices", []), *run.execution.notices]
            update_session_data(conn, session.id, {"notices": notices})

    async def clear(self, visit: Visit) -> None:
        await self._services.database.run(end_executions_of, visit.session.id)
