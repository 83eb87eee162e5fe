"""The user logout stage: whoever is signed in is not any more, in this browser."""

import hashlib
from typing import ClassVar

from sqlalchemy import Connection

from watchword.flows.outcome import Done, Outcome
from watchword.flows.run import Run
from watchword.flows.stage import Stage
from watchword.flows.visit import NewCookie
from watchword.storage.events import write_event
from watchword.storage.sessions import make_anonymous


class UserLogoutStage(Stage, frozen=True, kw_only=True):
    """Signs the visitor out; the flow goes on in a session of nobody's."""

    model: ClassVar[str] = "authentik_stages_user_logout.userlogoutstage"
    verbose_name: ClassVar[str] = "User Logout Stage"
    kind: ClassVar[str] = "user-logout"

    async def enter(self, run: Run) -> Outcome:
        visit, user, now = run.visit, run.visit.user, run.now
        if user is None:
            return Done()
        token = run.services.new_token()

        def work(conn: Connection) -> None:
            make_anonymous(conn, visit.session.id, hashlib.sha256(token.encode()).hexdigest(), now)
            write_event(conn, action="logout", now=now, user=user, client_ip=visit.address)

        def then() -> None:
            visit.cookie, visit.user = NewCookie(token), None

        return Done(work=work, then=then)
