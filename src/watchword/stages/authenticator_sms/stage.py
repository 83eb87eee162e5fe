"""The stage type itself."""

from typing import ClassVar

from watchword.errors import Invalid
from watchword.flows.challenge import Challenge
from watchword.flows.outcome import Outcome
from watchword.flows.run import Run
from watchword.flows.stage import Response
from watchword.stages.authenticator_sms import conversation
from watchword.stages.authenticator_sms.settings import SMSSettings


class AuthenticatorSMSStage(SMSSettings, frozen=True, kw_only=True):
    """Asks for a number unless a prompt stage did, sends a code to it, and enrols it once the code came back."""

    model: ClassVar[str] = "authentik_stages_authenticator_sms.authenticatorsmsstage"
    verbose_name: ClassVar[str] = "SMS Authenticator Setup Stage"
    kind: ClassVar[str] = "authenticator-sms"

    async def enter(self, run: Run) -> Outcome:
        return await conversation.begin(run, self)

    async def respond(self, run: Run, response: Response) -> Outcome:
        return await conversation.answer(run, self, response)

    async def refused(self, run: Run, error: Invalid) -> Outcome:
        return await conversation.refused(run, error)

    async def challenge(self, run: Run) -> Challenge:
        return await conversation.describe(run, self)
