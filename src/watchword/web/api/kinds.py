"""The types of stages, policies and mappings there are, and what users may set up for themselves."""

from collections.abc import Callable
from functools import partial

import msgspec
from msgspec import UNSET, UnsetType

from watchword.flows.stage import Stage
from watchword.model.base import ConfigObject
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy
from watchword.model.words import first_line
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.authenticator_static import AuthenticatorStaticStage
from watchword.stages.authenticator_totp import AuthenticatorTOTPStage
from watchword.stages.catalogue import CATALOGUE
from watchword.web.api.call import Call
from watchword.web.api.operation import Operation
from watchword.web.api.views.mapping import COMPONENT as MAPPING_COMPONENT
from watchword.web.api.views.policy import COMPONENT as POLICY_COMPONENT
from watchword.web.api.views.stage import component_of


class TypeCreate(msgspec.Struct, kw_only=True):
    """Something of which one can be made."""

    name: str
    description: str
    component: str
    model_name: str
    icon_url: str | None = None
    requires_enterprise: bool = False
    deprecated: bool = False


class UserSetting(msgspec.Struct, kw_only=True):
    """Something that users can set up for themselves, and where."""

    object_uid: str
    title: str
    component: str
    configure_url: str | UnsetType = UNSET


def _kind(cls: type[ConfigObject], component: str) -> TypeCreate:
    model_name = cls.model.partition(".")[2]
    return TypeCreate(name=cls.verbose_name, description=first_line(cls), component=component, model_name=model_name)


async def _stages(_: Call) -> list[TypeCreate]:
    return [_kind(cls, component_of(cls)) for cls in CATALOGUE.values() if issubclass(cls, Stage)]


async def _policies(_: Call) -> list[TypeCreate]:
    return [_kind(ExpressionPolicy, POLICY_COMPONENT)]


async def _mappings(_: Call) -> list[TypeCreate]:
    return [_kind(NotificationWebhookMapping, MAPPING_COMPONENT)]


async def _user_settings(call: Call) -> list[UserSetting]:
    return [
        UserSetting(
            object_uid=stage.pk,
            title=stage.friendly_name or stage.verbose_name,
            component=f"ak-user-settings-{stage.kind}",
            configure_url=f"/flows/-/configure/{stage.pk}/" if stage.configure_flow else UNSET,
        )
        for stage in call.services.configuration.snapshot.all(Stage)
        if isinstance(stage, AuthenticatorSMSStage | AuthenticatorStaticStage | AuthenticatorTOTPStage)
    ]


_LIST: Callable[..., Operation] = partial(Operation, method="GET", answer=list[TypeCreate])

OPERATIONS = (
    _LIST(id="stages_all_types_list", path="/stages/all/types/", summary="List the types of stages.", handle=_stages),
    _LIST(
        id="policies_all_types_list",
        path="/policies/all/types/",
        summary="List the types of policies.",
        handle=_policies,
    ),
    _LIST(
        id="propertymappings_all_types_list",
        path="/propertymappings/all/types/",
        summary="List the types of property mappings.",
        handle=_mappings,
    ),
    Operation(
        id="stages_all_user_settings_list",
        method="GET",
        path="/stages/all/user_settings/",
        summary="List what users can set up for themselves, and where.",
        handle=_user_settings,
        answer=list[UserSetting],
        access="signed_in",
    ),
)
