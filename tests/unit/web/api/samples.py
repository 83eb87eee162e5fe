"""One body for each model of the configuration, with references made as they are needed."""

from typing import Any

from tests.unit.web.api.caller import ApiCaller
from watchword.model.base import ConfigObject
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.prompt import Prompt
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.deny import DenyStage
from watchword.stages.identification import IdentificationStage
from watchword.stages.password import PasswordStage
from watchword.stages.prompt import PromptStage
from watchword.web.api.configuration import RESOURCES, resource_of
from watchword.web.api.resource import Resource

WRITABLE: list[Resource[ConfigObject]] = [resource for resource in RESOURCES if not resource.abstract]

CHANGES: dict[type[ConfigObject], dict[str, Any]] = {
    Flow: {"title": "Another title", "denied_action": "continue"},
    FlowStageBinding: {"order": 77, "evaluate_on_plan": True},
    PolicyBinding: {"order": 78, "negate": True, "timeout": 5},
    ExpressionPolicy: {"expression": "return False", "execution_logging": True},
    NotificationWebhookMapping: {"expression": 'return {"a": 1}'},
    Prompt: {"label": "Another label", "type": "number", "required": False},
}
"""What is changed of one, where it is more than the name."""


async def body_of(api: ApiCaller, cls: type[ConfigObject], name: str = "sample") -> dict[str, Any]:
    """What makes one, with no more than it needs."""
    if cls is Flow:
        return {"name": name, "slug": name, "title": "Title", "designation": "enrollment"}
    if cls is FlowStageBinding:
        flow, stage = await make(api, Flow, f"{name}-flow"), await make(api, DenyStage, f"{name}-stage")
        return {"target": flow["pk"], "stage": stage["pk"], "order": 1}
    if cls is PolicyBinding:
        flow, policy = await make(api, Flow, f"{name}-flow"), await make(api, ExpressionPolicy, f"{name}-policy")
        return {"target": flow["pk"], "policy": policy["pk"], "order": 1}
    if cls is PromptStage:
        prompt = await make(api, Prompt, f"{name}-prompt")
        return {"name": name, "fields": [prompt["pk"]]}
    return {"name": name} | _MORE.get(cls, {})


_MORE: dict[type[ConfigObject], dict[str, Any]] = {
    ExpressionPolicy: {"expression": "return True"},
    NotificationWebhookMapping: {"expression": "return {}"},
    Prompt: {"field_key": "phone", "label": "Phone", "type": "text"},
    AuthenticatorSMSStage: {
        "provider": "generic",
        "from_number": "1234",
        "account_sid": "https://gateway.example.org/send",
        "auth": "a bearer token",
        "auth_type": "bearer",
    },
    IdentificationStage: {"user_fields": ["username"]},
    PasswordStage: {"backends": ["authentik.core.auth.InbuiltBackend"]},
}


async def make(api: ApiCaller, cls: type[ConfigObject], name: str = "sample", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = await api.post(path_of(cls), {**await body_of(api, cls, name), **more})
    return made


def path_of(cls: type[ConfigObject]) -> str:
    return f"{resource_of(cls).path}/"


def one_of(cls: type[ConfigObject], made: dict[str, Any]) -> str:
    """The path of an object."""
    return f"{path_of(cls)}{made[resource_of(cls).key]}/"
