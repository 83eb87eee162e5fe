"""The password stage."""

from typing import Annotated, ClassVar, Literal

import msgspec

from watchword.flows.challenge import WithUser, field_error
from watchword.flows.outcome import Again, Deny, Done, Outcome
from watchword.flows.password_check import PasswordRefused, check_password
from watchword.flows.proofs import proof_work
from watchword.flows.run import Run
from watchword.flows.stage import Response, Stage
from watchword.model.fields import described

Backend = Literal[
    "authentik.core.auth.InbuiltBackend",
    "authentik.core.auth.TokenBackend",
    "authentik.sources.ldap.auth.LDAPBackend",
    "authentik.sources.kerberos.auth.KerberosBackend",
]


class PasswordChallenge(WithUser, tag="ak-stage-password", kw_only=True):
    allow_show_password: bool = False


class PasswordStage(Stage, frozen=True, kw_only=True):
    """Asks the pending user's password."""

    model: ClassVar[str] = "authentik_stages_password.passwordstage"
    verbose_name: ClassVar[str] = "Password Stage"
    kind: ClassVar[str] = "password"

    backends: Annotated[list[Backend], described("Backends", "Kept for authentik's clients.")] = msgspec.field(
        default_factory=lambda: ["authentik.core.auth.InbuiltBackend"]
    )
    configure_flow: Annotated[str, described("Configuration flow", ref="flow")] | None = None
    failed_attempts_before_cancel: Annotated[
        int, described("Tries", "Wrong passwords before the flow ends.", ge=0, lt=2**31)
    ] = 5
    allow_show_password: Annotated[bool, described("Allow showing the password")] = False

    async def challenge(self, run: Run) -> PasswordChallenge:
        return PasswordChallenge(pending_user=await run.user_label(), allow_show_password=self.allow_show_password)

    async def respond(self, run: Run, response: Response) -> Outcome:
        typed = response.get("password")
        if not isinstance(typed, str) or not typed:
            return Again(field_error("password", "This field is required.", "required"))
        user = await run.user()
        try:
            await check_password(run, user, typed, run.execution.context.pending_user_identifier)
        except PasswordRefused as error:
            if error.throttled:
                return Again(field_error("password", error.message, error.code))
            run.state["failed"] = run.state.get("failed", 0) + 1
            if 0 < self.failed_attempts_before_cancel <= run.state["failed"]:
                return Deny("Too many wrong passwords. Please start again.")
            return Again(field_error("password", error.message, error.code))
        run.execution.context.password_verified = True
        return Done(work=proof_work(run, user, "password") if user else None)
