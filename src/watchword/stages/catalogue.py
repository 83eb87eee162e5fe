"""Every model of the configuration by its name on the wire; handed down to the snapshot and to storage at start."""

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

CATALOGUE: dict[str, type[ConfigObject]] = {
    "authentik_events.notificationwebhookmapping": NotificationWebhookMapping,
    "authentik_flows.flow": Flow,
    "authentik_flows.flowstagebinding": FlowStageBinding,
    "authentik_policies.policybinding": PolicyBinding,
    "authentik_policies_expression.expressionpolicy": ExpressionPolicy,
    "authentik_stages_authenticator_sms.authenticatorsmsstage": AuthenticatorSMSStage,
    "authentik_stages_authenticator_static.authenticatorstaticstage": AuthenticatorStaticStage,
    "authentik_stages_authenticator_totp.authenticatortotpstage": AuthenticatorTOTPStage,
    "authentik_stages_authenticator_validate.authenticatorvalidatestage": AuthenticatorValidateStage,
    "authentik_stages_deny.denystage": DenyStage,
    "authentik_stages_identification.identificationstage": IdentificationStage,
    "authentik_stages_password.passwordstage": PasswordStage,
    "authentik_stages_prompt.prompt": Prompt,
    "authentik_stages_prompt.promptstage": PromptStage,
    "authentik_stages_user_delete.userdeletestage": UserDeleteStage,
    "authentik_stages_user_login.userloginstage": UserLoginStage,
    "authentik_stages_user_logout.userlogoutstage": UserLogoutStage,
    "authentik_stages_user_write.userwritestage": UserWriteStage,
}
