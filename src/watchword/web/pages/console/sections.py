"""The parts of the console that are about the configuration: what each is called, and which models it has."""

from dataclasses import dataclass

from watchword.model.base import ConfigObject, StageSettings
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.prompt import Prompt
from watchword.stages.catalogue import CATALOGUE

CONSOLE = "/if/admin/"


@dataclass(frozen=True, kw_only=True)
class Section:
    """`family` is the class that all its models have in common; `kinds` are those that can be made.

    One that is not `listed` has no list of its own: its objects are reached through what they belong to.
    """

    slug: str
    title: str
    noun: str
    lede: str
    family: type[ConfigObject]
    kinds: tuple[type[ConfigObject], ...]
    listed: bool = True

    @property
    def url(self) -> str:
        return f"{CONSOLE}{self.slug}/"

    def kind(self, name: str) -> type[ConfigObject] | None:
        return next((cls for cls in self.kinds if kind_name(cls) == name), None)


def kind_name(cls: type[ConfigObject]) -> str:
    """As `denystage`, authentik's name without its app."""
    return cls.model.partition(".")[2]


STAGES = tuple(cls for cls in CATALOGUE.values() if issubclass(cls, StageSettings))

FLOWS = Section(
    slug="flows",
    title="Flows",
    noun="flow",
    lede="What visitors go through, step by step: signing in, adding a phone, recovering an account.",
    family=Flow,
    kinds=(Flow,),
)
STAGES_OF_FLOWS = Section(
    slug="stages",
    title="Stages",
    noun="stage",
    lede="The steps that flows are made of. One stage can stand in several flows.",
    family=StageSettings,
    kinds=STAGES,
)
PROMPTS = Section(
    slug="prompts",
    title="Prompts",
    noun="prompt",
    lede="The fields that prompt stages ask.",
    family=Prompt,
    kinds=(Prompt,),
)
POLICIES = Section(
    slug="policies",
    title="Policies",
    noun="policy",
    lede="Expressions that answer yes or no: who may run a flow, who sees a step, which answers are taken.",
    family=ExpressionPolicy,
    kinds=(ExpressionPolicy,),
)
MAPPINGS = Section(
    slug="mappings",
    title="Webhook mappings",
    noun="mapping",
    lede="Expressions that make what a gateway is sent.",
    family=NotificationWebhookMapping,
    kinds=(NotificationWebhookMapping,),
)
PLACES = Section(
    slug="steps",
    title="Steps",
    noun="step",
    lede="",
    family=FlowStageBinding,
    kinds=(FlowStageBinding,),
    listed=False,
)
RULES = Section(
    slug="rules",
    title="Rules",
    noun="rule",
    lede="",
    family=PolicyBinding,
    kinds=(PolicyBinding,),
    listed=False,
)

SECTIONS = (FLOWS, STAGES_OF_FLOWS, PROMPTS, POLICIES, MAPPINGS, PLACES, RULES)


def section_of(cls: type[ConfigObject]) -> Section:
    return next(section for section in SECTIONS if issubclass(cls, section.family))


def new_url(section: Section, cls: type[ConfigObject]) -> str:
    return f"{section.url}new/{kind_name(cls)}/"


def edit_url(obj: ConfigObject) -> str:
    return f"{section_of(type(obj)).url}{obj.pk}/edit/"


def page_url(obj: ConfigObject) -> str:
    """Where an object is looked at: a flow has a page of its own, everything else its form."""
    return f"{FLOWS.url}{obj.pk}/" if isinstance(obj, Flow) else edit_url(obj)
