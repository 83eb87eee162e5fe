"""The stage type itself."""

from typing import ClassVar

from watchword.flows.challenge import Challenge
from watchword.flows.outcome import Outcome
from watchword.flows.run import Run
from watchword.flows.stage import Response
from watchword.stages.authenticator_validate import conversation
from watchword.stages.authenticator_validate.settings import ValidateSettings


class AuthenticatorValidateStage(ValidateSettings, frozen=True, kw_only=True):
    """Asks for a code of one of the user's authenticators."""

    model: ClassVar[str] = "authentik_stages_authenticator_validate.authenticatorvalidatestage"
    verbose_name: ClassVar[str] = "Authenticator Validation Stage"
    kind: ClassVar[str] = "authenticator-validate"

    async def enter(self, run: Run) -> Outcome:
        return await conversation.begin(run, self)

    async def respond(self, run: Run, response: Response) -> Outcome:
        return await conversation.answer(run, self, response)

    async def challenge(self, run: Run) -> Challenge:
        return await conversation.describe(run, self)
