"""The user write stage: what was asked for becomes a user, or changes one."""

from typing import Annotated, Any, ClassVar, Literal

from sqlalchemy import Connection

from watchword.errors import Invalid, UsernameTaken
from watchword.flows.challenge import field_error
from watchword.flows.outcome import Back, Deny, Done, Outcome
from watchword.flows.proofs import is_proven
from watchword.flows.run import Run
from watchword.flows.stage import Stage
from watchword.model.fields import described
from watchword.passwords import hash_in_thread
from watchword.stages.authenticator_sms.pending import attach
from watchword.stages.user_write_values import UnfitValue, user_values
from watchword.storage.groups import add_member, get_group
from watchword.storage.sessions import end_sessions_of
from watchword.storage.users import User, create_user, update_user

NO_DATA = "No Pending data."
NO_USER = "No user found and can't create new user."
FAILED = "Failed to update user. Please try again later."


class UserWriteStage(Stage, frozen=True, kw_only=True):
    """Writes the prompt data to the pending user, else to whoever is signed in, else to a new user.

    Phones that were verified before there was a user become his in the same transaction.
    """

    model: ClassVar[str] = "authentik_stages_user_write.userwritestage"
    verbose_name: ClassVar[str] = "User Write Stage"
    kind: ClassVar[str] = "user-write"

    user_creation_mode: Annotated[
        Literal["never_create", "create_when_required", "always_create"], described("New users")
    ] = "create_when_required"
    create_users_as_inactive: Annotated[bool, described("Inactive at first", "An administrator lets them in.")] = False
    create_users_group: Annotated[str, described("Group of new users", row="group")] | None = None
    user_type: Annotated[
        Literal["internal", "external", "service_account", "internal_service_account"], described("Kind of new users")
    ] = "external"
    user_path_template: Annotated[str, described("Path of new users", "Empty for the default.")] = ""

    async def enter(self, run: Run) -> Outcome:
        context = run.execution.context
        if not context.prompt_data:
            return Deny(NO_DATA)
        user = None if self.user_creation_mode == "always_create" else await run.user()
        if user is None and self.user_creation_mode == "never_create":
            return Deny(NO_USER)
        if user is not None and not is_proven(run, user):
            # Else whoever types a name could set its password.
            await run.event("configuration_error", "The flow writes to a user without any proof", stage=self.name)
            return Deny(FAILED)
        try:
            values = user_values(context.prompt_data, user.attributes if user else {})
        except UnfitValue as error:
            return self._back(run, error.field, str(error))
        if password := values.pop("password", ""):
            values |= {"password_hash": await hash_in_thread(password), "password_changed": run.now}
        if user is None and not values.get("username"):
            return self._back(run, "username", "This field is required.")
        return Done(work=await self._work(run, user, values))

    async def _work(self, run: Run, user: User | None, values: dict[str, Any]) -> Any:
        context, now, visit, keyring = run.execution.context, run.now, run.visit, run.services.keyring
        created = user is None
        event = run.event_about(
            "user_write", "A user was created" if created else "A user was changed", stage=self.name
        )

        def work(conn: Connection) -> None:
            written = (
                update_user(conn, user.id, **values, last_updated=now) if user else self._create(conn, run, values)
            )
            attach(conn, context.pending_devices, written.id, keyring, now)
            if user and "password_hash" in values:
                end_sessions_of(conn, user.id, but=visit.session.id)
            event(conn, written)
            context.pending_user, context.pending_devices = written.id, []
            run.knows(written)

        return work

    def _create(self, conn: Connection, run: Run, values: dict[str, Any]) -> User:
        given = {field: value for field, value in values.items() if field != "password_changed"}  # it goes by itself
        user = create_user(
            conn,
            now=run.now,
            is_active=not self.create_users_as_inactive,
            path=self.user_path_template or "users",
            type=self.user_type,
            **given,
        )
        if self.create_users_group and get_group(conn, self.create_users_group):
            add_member(conn, self.create_users_group, user.id)
        return user

    async def refused(self, run: Run, error: Invalid) -> Outcome:
        if isinstance(error, UsernameTaken):
            return self._back(run, "username", error.message)
        return Deny(error.message)

    def _back(self, run: Run, field: str, message: str) -> Outcome:
        """To the step that asked, with what is wrong; where none did, the flow is set up wrongly."""
        if field not in run.execution.context.prompted_at:
            return Deny(FAILED)
        return Back(field, field_error(field, message))
