"""The user login stage: the pending user is signed in, and the session gets a new token."""

from typing import Annotated, ClassVar, Literal

from sqlalchemy import Connection

from watchword.durations import parse_duration
from watchword.flows.challenge import WithUser, field_error
from watchword.flows.outcome import Again, Deny, Done, Outcome, Show
from watchword.flows.proofs import proofs_at_sign_in
from watchword.flows.run import Run
from watchword.flows.signing_in import sign_in
from watchword.flows.stage import Response, Stage
from watchword.flows.text_input import read_flag
from watchword.flows.visit import NewCookie
from watchword.model.fields import described
from watchword.storage.sessions import end_sessions_of
from watchword.storage.users import User


class UserLoginChallenge(WithUser, tag="ak-stage-user-login", kw_only=True):
    """Whether to stay signed in."""


class UserLoginStage(Stage, frozen=True, kw_only=True):
    """Signs the pending user in."""

    model: ClassVar[str] = "authentik_stages_user_login.userloginstage"
    verbose_name: ClassVar[str] = "User Login Stage"
    kind: ClassVar[str] = "user-login"

    session_duration: Annotated[
        str, described("Session length", "As seconds=0 (until the browser is closed) or hours=8.")
    ] = "seconds=0"
    terminate_other_sessions: Annotated[bool, described("End the user's other sessions")] = False
    remember_me_offset: Annotated[
        str, described("Stay signed in", "Added to the session's length where the visitor wants it; 0 asks nobody.")
    ] = "seconds=0"
    network_binding: Annotated[
        Literal["no_binding", "bind_asn", "bind_asn_network", "bind_asn_network_ip"],
        described("Network binding", "Kept for authentik's clients."),
    ] = "no_binding"
    geoip_binding: Annotated[
        Literal["no_binding", "bind_continent", "bind_continent_country", "bind_continent_country_city"],
        described("Place binding", "Kept for authentik's clients."),
    ] = "no_binding"
    remember_device: Annotated[str, described("Remember the device", "Kept for authentik's clients.")] = "days=30"

    async def enter(self, run: Run) -> Outcome:
        user = await run.user()
        if user is None or not user.is_active or run.execution.context.pending_user is None:
            return Deny("No user to sign in.")
        return Show() if parse_duration(self.remember_me_offset) else self._sign_in(run, user, remember=False)

    async def challenge(self, run: Run) -> UserLoginChallenge:
        return UserLoginChallenge(pending_user=await run.user_label())

    async def respond(self, run: Run, response: Response) -> Outcome:
        if response.get("remember_me") is None:
            return Again(field_error("remember_me", "This field is required.", "required"))
        user = await run.user()
        if user is None or not user.is_active:
            return Deny("No user to sign in.")
        return self._sign_in(run, user, remember=read_flag(response["remember_me"]))

    def _sign_in(self, run: Run, user: User, *, remember: bool) -> Outcome:
        length = parse_duration(self.session_duration)
        if remember:
            length += parse_duration(self.remember_me_offset)
        token, visit, now = run.services.new_token(), run.visit, run.now
        proofs = proofs_at_sign_in(run)

        def work(conn: Connection) -> None:
            sign_in(conn, user, visit.session.id, token, length=length, proofs=proofs, now=now, address=visit.address)
            if self.terminate_other_sessions:
                end_sessions_of(conn, user.id, but=visit.session.id)

        def then() -> None:
            visit.cookie, visit.user = NewCookie(token, length or None), user

        return Done(work=work, then=then)
