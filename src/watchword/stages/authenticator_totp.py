"""The TOTP authenticator setup stage: an authenticator app is enrolled by its first right code."""

from typing import Annotated, ClassVar, Literal

from sqlalchemy import Connection

from watchword import totp
from watchword.codes import normalise
from watchword.flows.challenge import Errors, WithUser, field_error
from watchword.flows.limits import in_words, take_all
from watchword.flows.one_time_code import WRONG
from watchword.flows.outcome import Again, Deny, Done, Outcome, Show
from watchword.flows.own_authenticators import PROVE_FIRST, may_add
from watchword.flows.run import Run
from watchword.flows.stage import Response, Stage
from watchword.flows.text_input import read_text
from watchword.model.fields import described
from watchword.storage.config import hold_object
from watchword.storage.totp_devices import create_totp_device
from watchword.storage.users import User

NO_USER = "Please sign in before you set up an authenticator."
_MAX_CODE = 64


class TOTPChallenge(WithUser, tag="ak-stage-authenticator-totp", kw_only=True):
    """`config_url` is what the QR code holds; `secret` the same for typing, in base32."""

    config_url: str
    secret: str
    code_length: int


class AuthenticatorTOTPStage(Stage, frozen=True, kw_only=True):
    """Shows a secret as a QR code, and asks for a code made of it."""

    model: ClassVar[str] = "authentik_stages_authenticator_totp.authenticatortotpstage"
    verbose_name: ClassVar[str] = "TOTP Authenticator Setup Stage"
    kind: ClassVar[str] = "authenticator-totp"

    digits: Annotated[Literal["6", "8"], described("Digits", "Some apps know six alone.")] = "6"
    configure_flow: Annotated[str, described("Configuration flow", "Lets users set it up.", ref="flow")] | None = None
    friendly_name: Annotated[str, described("Shown as", "In the user's list of what can be set up.")] = ""

    async def enter(self, run: Run) -> Outcome:
        if await run.user() is None:
            return Deny(NO_USER)
        if not await may_add(run):
            return Deny(PROVE_FIRST, prove=True)
        run.state["secret"] = totp.new_secret()
        return Show()

    async def challenge(self, run: Run) -> TOTPChallenge:
        user, secret = await run.user(), str(run.state["secret"])
        uri = totp.enrolment_uri(
            secret, digits=int(self.digits), username=user.username if user else "", issuer=run.visit.host
        )
        return TOTPChallenge(
            pending_user=await run.user_label(), config_url=uri, secret=secret, code_length=int(self.digits)
        )

    async def respond(self, run: Run, response: Response) -> Outcome:
        user = await run.user()
        if user is None:
            return Deny(NO_USER)
        typed = read_text(response.get("code"), limit=_MAX_CODE)
        if not typed:
            return Again(field_error("code", "This field is required.", "required"))
        if isinstance(response["code"], int):
            # A client that keeps codes as integers has lost the leading zeros.
            typed = typed.zfill(int(self.digits))
        secret = str(run.state["secret"])
        step = totp.matching_step(secret, normalise(typed) or "", run.now, digits=int(self.digits))
        if step is None:
            return Again(await self._wrong(run, user))
        return await self._enrol(run, user, secret, step)

    async def _wrong(self, run: Run, user: User) -> Errors:
        if held := await run.services.database.run(take_all, [(f"wrong:user:{user.id}", WRONG)], run.now):
            run.services.metrics.throttles.held_back(held.limit)
            return field_error("code", f"Too many wrong codes. Wait {in_words(held.seconds)}.", "throttled")
        return field_error("code", "Code does not match. Check the clock of your phone.", "invalid")

    async def _enrol(self, run: Run, user: User, secret: str, step: int) -> Outcome:
        now, sealed = run.now, totp.seal_secret(run.services.keyring, secret)
        event = await run.event_work("device_enrolled", "An authenticator app was enrolled", stage=self.name)

        def work(conn: Connection) -> None:
            hold_object(conn, self.pk)
            create_totp_device(
                conn,
                user_id=user.id,
                stage_pk=self.pk,
                secret=sealed,
                digits=int(self.digits),
                last_step=step,
                now=now,
            )
            event(conn)

        run.execution.notices = [*run.execution.notices, "Your authenticator app is set up."]
        return Done(work=work)
