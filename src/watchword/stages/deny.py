"""The deny stage: the flow ends here."""

from typing import Annotated, ClassVar

from watchword.flows.outcome import Deny, Outcome
from watchword.flows.run import Run
from watchword.flows.stage import Stage
from watchword.model.fields import described


class DenyStage(Stage, frozen=True, kw_only=True):
    """Denies whoever reaches it; bound with a policy, it denies some."""

    model: ClassVar[str] = "authentik_stages_deny.denystage"
    verbose_name: ClassVar[str] = "Deny Stage"
    kind: ClassVar[str] = "deny"

    deny_message: Annotated[str, described("Message", "What the visitor reads.", multiline=True)] = ""

    async def enter(self, run: Run) -> Outcome:
        chosen = run.execution.context.extra.get("deny_message")
        return Deny(str(chosen) if chosen else self.deny_message or None)
