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
    end_execution_in,
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
        if flow.pk in visit.found:
            row = visit.found.pop(flow.pk)
        else:
            row = await self._services.database.read(load_execution, visit.session.id, flow.pk, self._services.clock())
        return restore(self._services.keyring, row.state, row.version) if row else None

    async def save(self, run: Run, work: Work | None = None) -> None:
        """Saves what changed, and does `work` in the same transaction; raises `Conflict` and does neither where
        another request was quicker. A run that is new takes the place of whatever run this visitor had in this flow.
        """
        frozen = freeze(run.execution)
        if frozen == run.saved and work is None:
            return
        self._saved(run, await self._services.database.run(self._save, run, frozen, work))

    def _save(self, conn: Connection, run: Run, frozen: bytes, work: Work | None) -> bytes:
        """What stands in the database then. Saved before the work: of two requests at once, one does it."""
        self._put(conn, run, frozen)
        if work is None:
            return frozen
        work(conn)
        if (after := freeze(run.execution)) != frozen:
            amend_execution(conn, run.execution.id, seal(self._services.keyring, after))
        return after

    async def checkpoint(self, run: Run, work: Work | None = None) -> None:
        """Saves the run as it is after the work, in one transaction; raises `Conflict` as `save` does."""
        self._saved(run, await self._services.database.run(self._checkpoint, run, work))

    def _checkpoint(self, conn: Connection, run: Run, work: Work | None) -> bytes:
        if work is not None:
            work(conn)
        frozen = freeze(run.execution)
        self._put(conn, run, frozen)
        return frozen

    def _put(self, conn: Connection, run: Run, frozen: bytes) -> None:
        execution, state, expires = run.execution, seal(self._services.keyring, frozen), run.now + LIFETIME
        if execution.version == 0:
            start_execution(
                conn,
                id=execution.id,
                session_id=run.visit.session.id,
                flow_pk=run.flow.pk,
                state=state,
                now=run.now,
                expires=expires,
            )
        elif not save_execution(conn, execution.id, execution.version, state, expires):
            raise Conflict

    def _saved(self, run: Run, frozen: bytes) -> None:
        run.saved = frozen
        run.execution.version += 1

    async def end(self, run: Run, work: Work | None = None) -> None:
        """With the last step's work; raises `Conflict` where another request ended it, or moved it on, first."""
        await self._services.database.run(self._end, run, work)
        run.over = True

    def _end(self, conn: Connection, run: Run, work: Work | None) -> None:
        session, execution = run.visit.session, run.execution
        if execution.version == 0:
            end_execution_in(conn, session.id, run.flow.pk)
        elif not end_execution(conn, execution.id, execution.version):
            raise Conflict
        if work is not None:
            work(conn)
        if execution.notices:
            notices = [*session.data.get("notices", []), *execution.notices]
            update_session_data(conn, session.id, {"notices": notices})

    async def clear(self, visit: Visit) -> None:
        await self._services.database.run(end_executions_of, visit.session.id)
