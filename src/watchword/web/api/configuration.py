"""The table of resources: every model of the configuration under its path in the API."""

from typing import Any

from watchword.flows.stage import Stage
from watchword.model.base import ConfigObject
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.prompt import Prompt
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.authenticator_static import AuthenticatorStaticStage
from watchword.stages.authenticator_totp import AuthenticatorTOTPStage
from watchword.stages.authenticator_validate.stage import AuthenticatorValidateStage
from watchword.stages.deny import DenyStage
from watchword.stages.identification import IdentificationStage
from watchword.stages.password import PasswordStage
from watchword.stages.prompt import PromptStage
from watchword.stages.user_delete import UserDeleteStage
from watchword.stages.user_login import UserLoginStage
from watchword.stages.user_logout import UserLogoutStage
from watchword.stages.user_write import UserWriteStage
from watchword.web.api.call import Call
from watchword.web.api.configuration_filters import (
    BINDING_FILTERS,
    MAPPING_FILTERS,
    POLICY_BINDING_FILTERS,
    POLICY_FILTERS,
    concrete,
)
from watchword.web.api.resource import Resource
from watchword.web.api.shapes import view_type
from watchword.web.api.views.flow import BindingMore, FlowMore, show_bindings, show_flows
from watchword.web.api.views.mapping import MappingMore, show_any_mappings, show_mappings
from watchword.web.api.views.policy import POLICY, PolicyBindingMore, show_policies, show_policy_bindings
from watchword.web.api.views.prompt import PromptMore, show_prompts
from watchword.web.api.views.stage import MORE, StageMore, StageView, show_any_stages, show_stages

STAGE_PATHS: dict[type[Stage], str] = {
    AuthenticatorSMSStage: "authenticator/sms",
    AuthenticatorStaticStage: "authenticator/static",
    AuthenticatorTOTPStage: "authenticator/totp",
    AuthenticatorValidateStage: "authenticator/validate",
    DenyStage: "deny",
    IdentificationStage: "identification",
    PasswordStage: "password",
    PromptStage: "prompt/stages",
    UserDeleteStage: "user_delete",
    UserLoginStage: "user_login",
    UserLogoutStage: "user_logout",
    UserWriteStage: "user_write",
}


def _stage(cls: type[Stage], path: str) -> Resource[Any]:
    return Resource(
        cls=cls,
        id="stages_" + path.replace("/", "_"),
        path=f"/stages/{path}",
        part="stage_uuid",
        view=view_type(cls.__name__, cls, MORE.get(cls, StageMore)),
        show=show_stages,
        aliases=("stage_uuid",),
        forcible=True,
    )


def _with_concrete_target(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    target = given.get("target")
    return {**given, "target": concrete(call, target.strip())} if isinstance(target, str) else given


def _flow_texts(_: Call, flow: Flow) -> list[str]:
    return [flow.name, flow.slug, flow.designation, flow.title, flow.denied_action]


def _binding_texts(call: Call, binding: FlowStageBinding) -> list[str]:
    return [call.services.configuration.snapshot.require(binding.stage, Stage).name]


def _policy_binding_texts(call: Call, binding: PolicyBinding) -> list[str]:
    policy = call.services.configuration.snapshot.get(binding.policy, ExpressionPolicy)
    return [policy.name] if policy else []


def _prompt_texts(_: Call, prompt: Prompt) -> list[str]:
    return [prompt.field_key, prompt.name, prompt.label, prompt.type, prompt.placeholder]


ANY_STAGE = Resource[Any](
    cls=Stage,
    id="stages_all",
    path="/stages/all",
    part="stage_uuid",
    view=StageView,
    show=show_any_stages,
    forcible=True,
    abstract=True,
)
ANY_POLICY = Resource[Any](
    cls=ExpressionPolicy,
    id="policies_all",
    path="/policies/all",
    part="policy_uuid",
    view=POLICY,
    show=show_policies,
    filters=POLICY_FILTERS,
    abstract=True,
)
ANY_MAPPING = Resource[Any](
    cls=NotificationWebhookMapping,
    id="propertymappings_all",
    path="/propertymappings/all",
    part="pm_uuid",
    view=view_type("PropertyMapping", NotificationWebhookMapping, MappingMore),
    show=show_any_mappings,
    filters=MAPPING_FILTERS,
    abstract=True,
)
FLOW = Resource[Any](
    cls=Flow,
    id="flows_instances",
    path="/flows/instances",
    part="slug",
    key="slug",
    view=view_type("Flow", Flow, FlowMore),
    show=show_flows,
    aliases=("flow_uuid",),
    search=_flow_texts,
    order=("slug", "name"),
)
PROMPT = Resource[Any](
    cls=Prompt,
    id="stages_prompt_prompts",
    path="/stages/prompt/prompts",
    part="prompt_uuid",
    view=view_type("Prompt", Prompt, PromptMore),
    show=show_prompts,
    search=_prompt_texts,
    order=("field_key",),
)

RESOURCES: tuple[Resource[Any], ...] = (
    FLOW,
    Resource(
        cls=FlowStageBinding,
        id="flows_bindings",
        path="/flows/bindings",
        part="fsb_uuid",
        view=view_type("FlowStageBinding", FlowStageBinding, BindingMore),
        show=show_bindings,
        aliases=("fsb_uuid",),
        filters=BINDING_FILTERS,
        search=_binding_texts,
        order=("order",),
    ),
    ANY_POLICY,
    Resource(
        cls=ExpressionPolicy,
        id="policies_expression",
        path="/policies/expression",
        part="policy_uuid",
        view=POLICY,
        show=show_policies,
        aliases=("policy_uuid",),
    ),
    Resource(
        cls=PolicyBinding,
        id="policies_bindings",
        path="/policies/bindings",
        part="policy_binding_uuid",
        view=view_type("PolicyBinding", PolicyBinding, PolicyBindingMore),
        show=show_policy_bindings,
        filters=POLICY_BINDING_FILTERS,
        search=_policy_binding_texts,
        order=("order",),
        prepare=_with_concrete_target,
    ),
    ANY_MAPPING,
    Resource(
        cls=NotificationWebhookMapping,
        id="propertymappings_notification",
        path="/propertymappings/notification",
        part="pm_uuid",
        view=view_type("NotificationWebhookMapping", NotificationWebhookMapping),
        show=show_mappings,
    ),
    ANY_STAGE,
    PROMPT,
    *(_stage(cls, path) for cls, path in STAGE_PATHS.items()),
)


def resource_of(cls: type[ConfigObject]) -> Resource[Any]:
    """Where objects of a model are made."""
    return next(resource for resource in RESOURCES if resource.cls is cls and not resource.abstract)
