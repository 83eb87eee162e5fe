"""Where authentik's API has what can come along."""

from collections.abc import Mapping

FLOWS = "/flows/instances/"
STAGE_BINDINGS = "/flows/bindings/"
POLICIES = "/policies/all/"
POLICY_BINDINGS = "/policies/bindings/"
ALL_STAGES = "/stages/all/"
GROUPS = "/core/groups/"
USERS = "/core/users/"
SMS_DEVICES = "/authenticators/admin/sms/"
DEVICES_OF = "/authenticators/admin/all/"

FLOW = "authentik_flows.flow"
STAGE_BINDING = "authentik_flows.flowstagebinding"
POLICY_BINDING = "authentik_policies.policybinding"
EXPRESSION_POLICY = "authentik_policies_expression.expressionpolicy"
MAPPING = "authentik_events.notificationwebhookmapping"
PROMPT = "authentik_stages_prompt.prompt"
PROMPT_STAGE = "authentik_stages_prompt.promptstage"
SMS_STAGE = "authentik_stages_authenticator_sms.authenticatorsmsstage"
VALIDATE_STAGE = "authentik_stages_authenticator_validate.authenticatorvalidatestage"
IDENTIFICATION_STAGE = "authentik_stages_identification.identificationstage"
USER_WRITE_STAGE = "authentik_stages_user_write.userwritestage"

STAGES: Mapping[str, str] = {
    SMS_STAGE: "/stages/authenticator/sms/",
    "authentik_stages_authenticator_static.authenticatorstaticstage": "/stages/authenticator/static/",
    "authentik_stages_authenticator_totp.authenticatortotpstage": "/stages/authenticator/totp/",
    VALIDATE_STAGE: "/stages/authenticator/validate/",
    "authentik_stages_deny.denystage": "/stages/deny/",
    IDENTIFICATION_STAGE: "/stages/identification/",
    "authentik_stages_password.passwordstage": "/stages/password/",
    PROMPT_STAGE: "/stages/prompt/stages/",
    "authentik_stages_user_delete.userdeletestage": "/stages/user_delete/",
    "authentik_stages_user_login.userloginstage": "/stages/user_login/",
    "authentik_stages_user_logout.userlogoutstage": "/stages/user_logout/",
    USER_WRITE_STAGE: "/stages/user_write/",
}
"""Of each type of stage that Watchword has too."""

PARTS: Mapping[str, str] = {
    MAPPING: "/propertymappings/notification/",
    EXPRESSION_POLICY: "/policies/expression/",
    PROMPT: "/stages/prompt/prompts/",
}
"""What stages and bindings refer to; in an order in which nothing refers to what comes later."""

OTHER_DEVICES: Mapping[str, str] = {
    "totp": "authenticator apps",
    "static": "sets of recovery codes",
    "webauthn": "passkeys and security keys",
    "duo": "Duo devices",
    "email": "e-mail authenticators",
}
"""Classes of devices whose secrets the API does not give, by their names in `/authenticators/admin/`."""
