"""The identification stage: who the visitor says he is."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from msgspec import UNSET, UnsetType

from watchword.flows.challenge import Challenge, field_error, form_error
from watchword.flows.outcome import Again, Done, Outcome
from watchword.flows.password_check import PasswordRefused, check_password
from watchword.flows.run import Run
from watchword.flows.stage import Response, Stage
from watchword.flows.text_input import read_text
from watchword.model.fields import described
from watchword.model.flow import Flow
from watchword.stages.password import PasswordStage
from watchword.storage.users import User, identify_user

UserField = Literal["email", "username", "upn"]

FAILED = "Failed to authenticate."
_MAX_IDENTIFIER = 254


class IdentificationChallenge(Challenge, tag="ak-stage-identification", kw_only=True):
    user_fields: list[str]
    password_fields: bool
    allow_show_password: bool
    flow_designation: str
    primary_action: str
    captcha_stage: None = None
    sources: list[Any] = []
    show_source_labels: bool = False
    enable_remember_me: bool = False
    passkey_challenge: None = None
    enroll_url: str | UnsetType = UNSET
    recovery_url: str | UnsetType = UNSET


class IdentificationStage(Stage, frozen=True, kw_only=True):
    """Finds the pending user by what is typed, optionally with the password on the same page."""

    model: ClassVar[str] = "authentik_stages_identification.identificationstage"
    verbose_name: ClassVar[str] = "Identification Stage"
    kind: ClassVar[str] = "identification"

    user_fields: Annotated[list[UserField], described("Identified by")] = []
    password_stage: (
        Annotated[str, described("Password stage", "Asks the password on the same page.", ref=PasswordStage.model)]
        | None
    ) = None
    case_insensitive_matching: Annotated[bool, described("Ignore case")] = True
    show_matched_user: Annotated[bool, described("Show the matched user", "Instead of what was typed.")] = True
    pretend_user_exists: Annotated[
        bool, described("Pretend the user exists", "Ask strangers for a password too, so that names stay unknown.")
    ] = True
    enable_remember_me: Annotated[bool, described("Remember the name", "Kept for authentik's clients.")] = False
    enrollment_flow: Annotated[str, described("Enrolment flow", ref="flow")] | None = None
    recovery_flow: Annotated[str, described("Recovery flow", ref="flow")] | None = None
    passwordless_flow: Annotated[str, described("Passwordless flow", ref="flow")] | None = None
    sources: Annotated[list[str], described("Sources", "Kept for authentik's clients.")] = []
    show_source_labels: Annotated[bool, described("Show source labels", "Kept for authentik's clients.")] = False

    def problems(self) -> Iterator[tuple[str, str]]:
        if not self.user_fields:
            yield "non_field_errors", "When no user fields are selected, at least one source must be selected"

    async def challenge(self, run: Run) -> Challenge:
        password = run.snapshot.get(self.password_stage, PasswordStage)
        return IdentificationChallenge(
            user_fields=list(self.user_fields),
            password_fields=password is not None,
            allow_show_password=bool(password and password.allow_show_password),
            flow_designation=run.flow.designation,
            primary_action="Log in" if run.flow.designation == "authentication" else "Continue",
            enroll_url=self._flow_url(run, self.enrollment_flow),
            recovery_url=self._flow_url(run, self.recovery_flow),
        )

    def _flow_url(self, run: Run, pk: str | None) -> str | UnsetType:
        flow = run.snapshot.get(pk, Flow)
        return f"/if/flow/{flow.slug}/" if flow else UNSET

    async def respond(self, run: Run, response: Response) -> Outcome:
        identifier = read_text(response.get("uid_field"), limit=_MAX_IDENTIFIER)
        if not identifier:
            return Again(form_error("No identification data provided."))
        user = await run.services.database.read(
            identify_user, identifier, self.user_fields, self.case_insensitive_matching
        )
        password = run.snapshot.get(self.password_stage, PasswordStage)
        if password is not None:
            typed = response.get("password")
            if not isinstance(typed, str) or not typed:
                return Again(field_error("password", "This field is required.", "required"))
            try:
                await check_password(run, user, typed, identifier)
            except PasswordRefused as error:
                return Again(form_error(error.message if error.throttled else FAILED, error.code))
        elif user is None and not self.pretend_user_exists:
            return Again(form_error(FAILED))
        self._identify(run, user, identifier, verified=password is not None)
        return Done()

    def _identify(self, run: Run, user: User | None, typed: str, *, verified: bool) -> None:
        context = run.execution.context
        context.pending_user = user.id if user else None
        shown = user.username if user and self.show_matched_user and not self.pretend_user_exists else typed
        context.pending_user_identifier = shown
        context.password_verified = verified
