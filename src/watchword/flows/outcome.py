"""What a stage answers to the engine."""

from collections.abc import Callable

import msgspec
from sqlalchemy import Connection

from watchword.flows.challenge import Errors, form_error


class Show(msgspec.Struct, frozen=True):
    """Ask the visitor: the stage's challenge is shown, with what was wrong, if anything was."""

    errors: Errors | None = None


class Again(msgspec.Struct, frozen=True):
    """The answer was not valid; the binding decides whether to ask again or to restart the flow."""

    errors: Errors


class Done(msgspec.Struct, frozen=True):
    """On to the next stage.

    `work` is done in the transaction that saves the move: if it raises, neither happens. What it puts into the
    execution's context (the id of a new row) is saved with it. `then` is called once both have happened, for what is
    not in the database (the cookie of a new session).
    """

    work: Callable[[Connection], None] | None = None
    then: Callable[[], None] | None = None


class Deny(msgspec.Struct, frozen=True):
    """The flow ends here; the message is for the visitor. `prove` offers him to prove who he is, and to come back."""

    message: str | None = None
    prove: bool = False

    @property
    def errors(self) -> Errors:
        return form_error(self.message or "Unknown error")


class Back(msgspec.Struct, frozen=True):
    """Back to the earlier step that put `key` into the prompt data, which is asked again."""

    key: str
    errors: Errors | None = None


Outcome = Show | Again | Done | Deny | Back
