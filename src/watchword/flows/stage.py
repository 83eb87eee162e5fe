"""A stage: the settings of one step of a flow, and what the step does."""

from collections.abc import Mapping
from typing import Any, ClassVar

from watchword.errors import Invalid
from watchword.flows.challenge import Challenge, form_error
from watchword.flows.outcome import Again, Outcome, Show
from watchword.flows.run import Run
from watchword.model.base import StageSettings

Response = Mapping[str, Any]
"""What came back: JSON values by field name, or the strings of a form."""


class Stage(StageSettings, frozen=True, kw_only=True):
    """Every stage type is one subclass in one file of `stages/`.

    Side effects (sending a message) happen in `enter`, which the engine calls once when the visitor arrives, and
    in `respond`. `challenge` only describes the present state, as often as it is asked.
    """

    verbose_name: ClassVar[str] = "Stage"
    kind: ClassVar[str]
    """The last part of the API's `component`: `ak-stage-{kind}-form`."""

    async def enter(self, run: Run) -> Outcome:  # noqa: ARG002 - the engine calls every stage alike
        return Show()

    async def refused(self, run: Run, error: Invalid) -> Outcome:  # noqa: ARG002 - the same
        """What follows where the database refused the work of `Done`."""
        return Again(form_error(error.message, error.code))

    async def challenge(self, run: Run) -> Challenge:
        raise NotImplementedError

    async def respond(self, run: Run, response: Response) -> Outcome:
        raise NotImplementedError
