"""What is worth knowing of a stage at a glance, on the page of a flow."""

from collections.abc import Iterator

from watchword.model.base import ConfigObject, StageSettings
from watchword.model.prompt import Prompt
from watchword.model.snapshot import Snapshot
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.deny import DenyStage
from watchword.stages.prompt import PromptStage
from watchword.web.pages.console.option_words import option_label


def at_a_glance(stage: StageSettings, snapshot: Snapshot) -> Iterator[str]:
    """Sentences."""
    if isinstance(stage, PromptStage):
        prompts = sorted((snapshot.require(pk, Prompt) for pk in stage.fields), key=lambda one: (one.order, one.name))
        yield f"Asks for {_list([prompt.field_key for prompt in prompts])}."
        if stage.validation_policies:
            judges = [snapshot.require(pk, ConfigObject).called for pk in stage.validation_policies]
            yield f"Answers must pass {_list(judges)}; otherwise they are asked for again."
    elif isinstance(stage, AuthenticatorSMSStage):
        yield f"Sends with: {option_label(stage.provider)}."
    elif isinstance(stage, DenyStage):
        yield "Refuses whoever comes here."


def _list(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
