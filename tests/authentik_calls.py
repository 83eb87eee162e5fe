"""What authentik's published Python client can call of the resources that Watchword has."""

from functools import cache
from importlib import import_module
from typing import Any

APIS = (
    "FlowsApi",
    "StagesApi",
    "PoliciesApi",
    "PropertymappingsApi",
    "AuthenticatorsApi",
    "CoreApi",
    "ManagedApi",
    "EventsApi",
    "RootApi",
    "AdminApi",
    "SchemaApi",
)
PREFIXES = (
    "flows_",
    "stages_all_",
    "stages_authenticator_sms_",
    "stages_authenticator_static_",
    "stages_authenticator_totp_",
    "stages_authenticator_validate_",
    "stages_deny_",
    "stages_identification_",
    "stages_password_",
    "stages_prompt_",
    "stages_user_",
    "policies_all_",
    "policies_bindings_",
    "policies_expression_",
    "propertymappings_all_",
    "propertymappings_notification_",
    "authenticators_admin_all_",
    "authenticators_admin_sms_",
    "authenticators_admin_static_",
    "authenticators_admin_totp_",
    "authenticators_all_",
    "authenticators_sms_",
    "authenticators_static_",
    "authenticators_totp_",
    "core_authenticated_sessions_",
    "core_groups_",
    "core_tokens_",
    "core_users_",
    "managed_blueprints_",
    "events_events_actions_",
    "events_events_list",
    "events_events_retrieve",
    "root_",
    "admin_version_retrieve",
    "schema_",
)

LEFT_OUT = {
    "core_users_account_lockdown_create",
    "core_users_export_create",
    "core_users_impersonate_create",
    "core_users_impersonate_end_retrieve",
    "core_users_recovery_create",
    "core_users_recovery_email_create",
    "core_users_set_password_hash_create",
    "core_users_switch_create",
    "flows_inspector_get",
}
"""Each needs something that Watchword has not: e-mail, impersonation, an inspector."""


@cache
def client() -> Any:
    """The client's module. To import it takes as long as to collect a third of all tests: so not before one calls."""
    return import_module("authentik_client")


def every_call() -> dict[str, str]:
    """The names of the client's calls, each with the class that has it; without its two other spellings of each."""
    return {
        name: api
        for api in APIS
        for name in dir(getattr(client(), api))
        if name.startswith(PREFIXES) and not name.endswith(("_with_http_info", "_without_preload_content"))
    }


class Recorder:
    """The client with a token, and the names of the calls that were made with it."""

    def __init__(self, url: str, token: str) -> None:
        settings = client().Configuration(host=f"{url}/api/v3", access_token=token)
        self.client = client().ApiClient(settings)
        self.made: set[str] = set()
        self._where = every_call()

    def __call__(self, name: str, /, *arguments: Any, **options: Any) -> Any:
        """The answer, parsed by the client's own model."""
        self.made.add(name.removesuffix("_without_preload_content"))
        api = getattr(client(), self._where[name.removesuffix("_without_preload_content")])
        return getattr(api(self.client), name)(*arguments, **options)


def model(name: str, /, **values: Any) -> Any:
    """One of the client's request models."""
    return getattr(client(), name)(**values)
