"""Flows in a few words: steps in their order, each with what belongs to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from watchword.flows.stage import Stage
from watchword.model.base import ConfigObject
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.prompt import Prompt, PromptType
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.deny import DenyStage
from watchword.stages.identification import IdentificationStage
from watchword.stages.password import PasswordStage
from watchword.stages.prompt import PromptStage
from watchword.stages.user_login import UserLoginStage

SLUG = "enrol"


@dataclass(frozen=True)
class Guard:
    """A policy and how it is bound; or a group, or a user, in its place."""

    policy: ExpressionPolicy | None
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """A stage, what it refers to, and how it is bound."""

    stage: Stage
    parts: tuple[ConfigObject, ...] = ()
    guards: Sequence[Guard] = ()
    binding: dict[str, Any] = field(default_factory=dict)

    def bound(self, *guards: Guard, **binding: Any) -> "Step":
        return Step(self.stage, self.parts, guards, binding)


def flow(*steps: Step, slug: str = SLUG, guards: Sequence[Guard] = (), **settings: Any) -> list[ConfigObject]:
    """Everything that the flow is made of; the steps stand at 0, 10, 20..."""
    given: dict[str, Any] = {"name": slug, "title": slug.title(), "designation": "stage_configuration", **settings}
    made = Flow(slug=slug, **given)
    objects: list[ConfigObject] = [made, *_bindings(made.pk, guards)]
    for number, step in enumerate(steps):
        place = {"order": number * 10, **step.binding}
        binding = FlowStageBinding(target=made.pk, stage=step.stage.pk, **place)
        objects += [step.stage, *step.parts, binding, *_bindings(binding.pk, step.guards)]
    return objects


def _bindings(target: str, guards: Sequence[Guard]) -> Iterator[ConfigObject]:
    for order, guard in enumerate(guards):
        if guard.policy:
            yield guard.policy
        policy = guard.policy.pk if guard.policy else None
        yield PolicyBinding(target=target, order=order, policy=policy, **guard.settings)


def policy(expression: str, name: str = "") -> ExpressionPolicy:
    return ExpressionPolicy(name=name or f"policy: {expression}", expression=expression)


def guard(expression: str, name: str = "", **settings: Any) -> Guard:
    return Guard(policy(expression, name), settings)


def sms(mapping: str = "", name: str = "sms", **settings: Any) -> Step:
    """The stage under test, with a mapping of this source where one is given."""
    made = NotificationWebhookMapping(name="the mapping", expression=mapping) if mapping else None
    given: dict[str, Any] = {"provider": "generic", "account_sid": "https://gateway.example/send", "auth": "tok"}
    stage = AuthenticatorSMSStage(
        name=name, mapping=made.pk if made else None, **{**given, "from_number": "1234", **settings}
    )
    return Step(stage, (made,) if made else ())


def prompt(field_key: str = "phone", kind: PromptType = "text", **settings: Any) -> Prompt:
    given: dict[str, Any] = {"name": f"prompt {field_key}", "label": field_key.title(), **settings}
    return Prompt(field_key=field_key, type=kind, **given)


def asks(*prompts: Prompt, policies: Sequence[str] = (), name: str = "ask") -> Step:
    """A prompt stage; `policies` are the sources of those that judge its answers, in their order."""
    judges = [policy(source, f"{name} {number}") for number, source in enumerate(policies)]
    stage = PromptStage(
        name=name,
        fields=[prompt.pk for prompt in prompts],
        validation_policies=[judge.pk for judge in judges],
    )
    return Step(stage, (*prompts, *judges))


def denies(message: str = "") -> Step:
    return Step(DenyStage(name="deny", deny_message=message))


def identifies(password: Step | None = None, **settings: Any) -> Step:
    """`password` asks it on the same page."""
    stage = IdentificationStage(
        name="who",
        password_stage=password.stage.pk if password else None,
        **{"user_fields": ["username", "email"], **settings},
    )
    return Step(stage, (password.stage,) if password else ())


def asks_password(**settings: Any) -> Step:
    return Step(PasswordStage(name="password", **settings))


def signs_in(**settings: Any) -> Step:
    return Step(UserLoginStage(name="login", **settings))
