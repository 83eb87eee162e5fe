"""The user delete stage: a user leaves, with everything that is his."""

import hashlib
from typing import ClassVar

from sqlalchemy import Connection

from watchword.flows.outcome import Deny, Done, Outcome
from watchword.flows.proofs import is_proven
from watchword.flows.run import Run
from watchword.flows.stage import Stage
from watchword.flows.visit import NewCookie
from watchword.storage.events import write_event
from watchword.storage.groups import is_superuser
from watchword.storage.sessions import make_anonymous
from watchword.storage.users import User, delete_user

NOBODY = "There is nobody to delete: prove first who you are."
ADMINISTRATOR = "An administrator cannot delete himself. Another administrator can do it."
GONE = "Your account is deleted, with its phones, codes and sessions."


class UserDeleteStage(Stage, frozen=True, kw_only=True):
    """Deletes the pending user, with devices, tokens and sessions, for good; events keep his name.

    Bind it after stages that prove who he is: a name that was only typed deletes nobody.
    """

    model: ClassVar[str] = "authentik_stages_user_delete.userdeletestage"
    verbose_name: ClassVar[str] = "User Delete Stage"
    kind: ClassVar[str] = "user-delete"

    async def enter(self, run: Run) -> Outcome:
        user = await run.user()
        if user is None or not is_proven(run, user):
            return Deny(NOBODY)
        if await run.services.database.read(is_superuser, user.id):
            return Deny(ADMINISTRATOR)
        run.execution.context.pending_user = None
        run.execution.notices = [*run.execution.notices, GONE]
        return self._delete(run, user)

    def _delete(self, run: Run, user: User) -> Outcome:
        visit, now, token = run.visit, run.now, run.services.new_token()
        own = visit.user is not None and visit.user.id == user.id

        def work(conn: Connection) -> None:
            if own:
                # The flow goes on in a session of nobody's: the user's own go with him.
                make_anonymous(conn, visit.session.id, hashlib.sha256(token.encode()).hexdigest(), now)
            write_event(conn, action="user_deleted", now=now, user=user, client_ip=visit.address)
            delete_user(conn, user.id)

        def then() -> None:
            if own:
                visit.cookie, visit.user = NewCookie(token), None

        return Done(work=work, then=then)
