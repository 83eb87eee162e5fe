"""The static authenticator setup stage: recovery codes, shown once."""

from typing import Annotated, ClassVar

from sqlalchemy import Connection

from watchword import recovery_codes
from watchword.flows.challenge import WithUser
from watchword.flows.outcome import Deny, Done, Outcome, Show
from watchword.flows.own_authenticators import PROVE_FIRST, may_add
from watchword.flows.run import Run
from watchword.flows.stage import Response, Stage
from watchword.model.fields import described
from watchword.storage.config import hold_object
from watchword.storage.static_devices import replace_static_device

NO_USER = "Please sign in before you make recovery codes."


class StaticChallenge(WithUser, tag="ak-stage-authenticator-static", kw_only=True):
    """As they are to be written down; each works once."""

    codes: list[str]


class AuthenticatorStaticStage(Stage, frozen=True, kw_only=True):
    """Makes a set of recovery codes; it takes the place of the set before, once the visitor says he has kept it."""

    model: ClassVar[str] = "authentik_stages_authenticator_static.authenticatorstaticstage"
    verbose_name: ClassVar[str] = "Static Authenticator Setup Stage"
    kind: ClassVar[str] = "authenticator-static"

    token_count: Annotated[int, described("Codes", ge=1, le=50)] = recovery_codes.COUNT
    token_length: Annotated[int, described("Characters of a code", ge=recovery_codes.MIN_LENGTH, le=32)] = (
        recovery_codes.LENGTH
    )
    configure_flow: Annotated[str, described("Configuration flow", "Lets users set it up.", ref="flow")] | None = None
    friendly_name: Annotated[str, described("Shown as", "In the user's list of what can be set up.")] = ""

    async def enter(self, run: Run) -> Outcome:
        if await run.user() is None:
            return Deny(NO_USER)
        if not await may_add(run):
            return Deny(PROVE_FIRST, prove=True)
        # In the execution, which is sealed, and for as long as they are on the page.
        run.state["codes"] = [recovery_codes.generate(self.token_length) for _ in range(self.token_count)]
        return Show()

    async def challenge(self, run: Run) -> StaticChallenge:
        codes = [recovery_codes.in_groups(code) for code in run.state["codes"]]
        return StaticChallenge(pending_user=await run.user_label(), codes=codes)

    async def respond(self, run: Run, response: Response) -> Outcome:  # noqa: ARG002 - any answer says: I have them
        user, now = await run.user(), run.now
        if user is None:
            return Deny(NO_USER)
        keyring = run.services.keyring
        hashes = [recovery_codes.token_hash(keyring, user.id, code) for code in run.state["codes"]]
        event = await run.event_work("device_enrolled", "Recovery codes were made", stage=self.name, count=len(hashes))

        def work(conn: Connection) -> None:
            hold_object(conn, self.pk)
            replace_static_device(conn, user_id=user.id, stage_pk=self.pk, token_hashes=hashes, now=now)
            event(conn)

        run.execution.notices = [*run.execution.notices, "Your new recovery codes are set up."]
        return Done(work=work)
