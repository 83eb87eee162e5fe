"""authentik's published client makes every call it has for our resources, and its models parse every answer."""

import json
from collections.abc import Iterator
from typing import Any

import pyotp
import pytest

from tests.authentik_calls import LEFT_OUT, Recorder, client, every_call, model
from tests.databases import KINDS, database_settings
from tests.doubles.gateway import GatewayDouble
from tests.e2e.api_server import TOKEN, api_server
from tests.e2e.inbox import code_for
from tests.e2e.json_client import JsonClient
from tests.e2e.numbers import fresh_number
from tests.e2e.server import ServerProcess
from tests.people import OWNER


@pytest.fixture(scope="module", params=KINDS)
def api(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shared_double: GatewayDouble
) -> Iterator[ServerProcess]:
    with database_settings(request.param) as settings:
        server = api_server(tmp_path_factory.mktemp(f"client-{request.param}"), shared_double, **settings)
        yield server.start()
        assert server.stop() == 0, server.output()


def resource(call: Recorder, prefix: str, request: str, values: dict[str, Any], change: dict[str, Any]) -> Any:
    """Creates one, and makes every call that all resources have but its deletion."""
    made = call(f"{prefix}_create", model(request, **values))
    key = _key(prefix, made)
    assert call(f"{prefix}_retrieve", key) == made
    assert made in call(f"{prefix}_list", page_size=100).results
    changed = call(f"{prefix}_partial_update", key, model(f"Patched{request}", **change))
    assert {name: getattr(changed, name) for name in change} == change
    updated = call(f"{prefix}_update", _key(prefix, changed), model(request, **{**values, **change}))
    assert {name: getattr(updated, name) for name in change} == change
    call(f"{prefix}_used_by_list", _key(prefix, updated))
    return updated


def _key(prefix: str, made: Any) -> Any:
    return getattr(made, {"flows_instances": "slug", "core_tokens": "identifier"}.get(prefix, "pk"))


def configuration(call: Recorder) -> dict[str, Any]:
    """One of each, by the prefix of its calls; each refers to those before it."""
    made: dict[str, Any] = {}

    def make(prefix: str, request: str, change: dict[str, Any], /, **values: Any) -> Any:
        made[prefix] = resource(call, prefix, request, values, change)
        return made[prefix]

    mapping = make(
        "propertymappings_notification",
        "NotificationWebhookMappingRequest",
        {"expression": 'return {"text": token}'},
        name="sms",
        expression="return {}",
    )
    policy = make(
        "policies_expression",
        "ExpressionPolicyRequest",
        {"execution_logging": True},
        name="region",
        expression="return True",
    )
    prompt = make(
        "stages_prompt_prompts",
        "PromptRequest",
        {"required": False},
        name="phone",
        field_key="phone",
        label="Phone",
        type="text",
    )
    flow = make(
        "flows_instances",
        "FlowRequest",
        {"title": "Add a phone", "slug": "add-a-phone"},
        name="sms",
        slug="sms",
        title="Add phone",
        designation="stage_configuration",
    )
    ask = make(
        "stages_prompt_stages",
        "PromptStageRequest",
        {"validation_policies": [policy.pk]},
        name="ask",
        fields=[prompt.pk],
    )
    make(
        "stages_authenticator_sms",
        "AuthenticatorSMSStageRequest",
        {"friendly_name": "Text message"},
        name="text",
        provider="generic",
        from_number="1234",
        account_sid="https://gateway.example.org/send",
        auth="token",
        auth_type="bearer",
        configure_flow=flow.pk,
        mapping=mapping.pk,
    )
    other_stages(make)
    placed = make(
        "flows_bindings",
        "FlowStageBindingRequest",
        {"evaluate_on_plan": True},
        target=flow.pk,
        stage=ask.pk,
        order=0,
    )
    make(
        "policies_bindings",
        "PolicyBindingRequest",
        {"negate": True},
        target=placed.pk,
        policy=policy.pk,
        order=0,
    )
    return made


def other_stages(make: Any) -> None:
    password = make(
        "stages_password",
        "PasswordStageRequest",
        {"allow_show_password": True},
        name="password",
        backends=["authentik.core.auth.InbuiltBackend"],
    )
    for prefix, request, change, values in (
        ("authenticator_totp", "AuthenticatorTOTPStageRequest", {"friendly_name": "App"}, {"digits": "6"}),
        ("authenticator_static", "AuthenticatorStaticStageRequest", {"token_count": 8}, {}),
        ("authenticator_validate", "AuthenticatorValidateStageRequest", {"last_auth_threshold": "hours=1"}, {}),
        ("deny", "DenyStageRequest", {"deny_message": "No."}, {}),
        (
            "identification",
            "IdentificationStageRequest",
            {"pretend_user_exists": False},
            {"user_fields": ["username"], "password_stage": password.pk},
        ),
        ("user_delete", "UserDeleteStageRequest", {"name": "another"}, {}),
        ("user_login", "UserLoginStageRequest", {"session_duration": "hours=1"}, {}),
        ("user_logout", "UserLogoutStageRequest", {"name": "yet another"}, {}),
        ("user_write", "UserWriteStageRequest", {"create_users_as_inactive": True}, {}),
    ):
        make(f"stages_{prefix}", request, change, name=prefix, **values)


def all_of_a_family(call: Recorder, made: dict[str, Any]) -> None:
    for prefix, one in (
        ("stages_all", made["stages_deny"]),
        ("policies_all", made["policies_expression"]),
        ("propertymappings_all", made["propertymappings_notification"]),
    ):
        assert call(f"{prefix}_retrieve", one.pk).name == one.name
        assert one.pk in {found.pk for found in call(f"{prefix}_list", search=one.name).results}
        call(f"{prefix}_used_by_list", one.pk)
        assert all(kind.model_name for kind in call(f"{prefix}_types_list"))
    titles = [setting.title for setting in call("stages_all_user_settings_list")]
    assert "Text message" in titles
    assert call("policies_all_cache_info_retrieve").count == 0
    call("policies_all_cache_clear_create")


def around_a_flow(call: Recorder, slug: str, server: ServerProcess) -> None:
    assert b"model: authentik_flows.flow" in call("flows_instances_export_retrieve", slug)
    assert call("flows_instances_diagram_retrieve", slug).diagram.startswith("graph TD")
    assert call("flows_instances_execute_retrieve", slug).link == f"{server.url}/if/flow/{slug}/"
    assert call("flows_instances_cache_info_retrieve").count == 0
    call("flows_instances_cache_clear_create")


def trying(call: Recorder, made: dict[str, Any], user: int) -> None:
    tried = call("policies_all_test_create", made["policies_expression"].pk, model("PolicyTestRequest", user=user))
    assert (tried.passing, tried.messages) == (True, [])
    body = model("PropertyMappingTestRequest", user=user, context={"token": "123456"})
    mapping = made["propertymappings_notification"].pk
    result = call("propertymappings_all_test_create", mapping, format_result=False, property_mapping_test_request=body)
    assert (result.successful, json.loads(result.result)) == (True, {"text": "123456"})
    prompt = model("PromptRequest", name="x", field_key="a", label="A", type="text", placeholder="here")
    [field] = call("stages_prompt_prompts_preview_create", prompt).fields
    assert field.placeholder == "here"


def people(call: Recorder) -> tuple[Any, Any, Any]:
    group = resource(call, "core_groups", "GroupRequest", {"name": "people"}, {"is_superuser": False})
    user = resource(
        call,
        "core_users",
        "UserRequest",
        {"username": "mia", "name": "Mia", "groups": [group.pk]},
        {"email": "mia@example.org"},
    )
    token = resource(
        call, "core_tokens", "TokenRequest", {"identifier": "ci", "user": user.pk}, {"description": "For the tests"}
    )
    call("core_groups_remove_user_create", group.pk, model("UserAccountRequest", pk=user.pk))
    call("core_groups_add_user_create", group.pk, model("UserAccountRequest", pk=user.pk))
    assert call("core_groups_retrieve", group.pk).users == [user.pk]
    call("core_users_set_password_create", user.pk, model("UserPasswordSetRequest", password="mia's password"))
    assert "users" in call("core_users_paths_retrieve").paths
    assert call("core_users_me_retrieve").user.username == "akadmin"
    robot = call("core_users_service_account_create", model("UserServiceAccountRequest", name="robot"))
    assert robot.token
    key = call("core_tokens_view_key_retrieve", "ci").key
    assert Recorder(call.client.configuration.host.removesuffix("/api/v3"), key)("core_users_me_retrieve").user.pk
    call("core_tokens_set_key_create", "ci", model("TokenSetKeyRequest", key="a key that was chosen by hand"))
    return group, user, token


def sessions(call: Recorder, server: ServerProcess) -> None:
    for _ in range(2):
        JsonClient(server.url).sign_in(OWNER.username, OWNER.password)
    first, second = call("core_authenticated_sessions_list").results
    assert call("core_authenticated_sessions_retrieve", str(first.uuid)).user == first.user
    call("core_authenticated_sessions_used_by_list", str(first.uuid))
    call("core_authenticated_sessions_destroy", str(first.uuid))
    call("core_authenticated_sessions_bulk_delete_destroy", [second.user])
    assert call("core_authenticated_sessions_list").results == []


def enrol(call: Recorder, server: ServerProcess, double: GatewayDouble) -> None:
    """A phone by a flow that the client makes; an app and recovery codes by the flows that come along."""
    stage = call(
        "stages_authenticator_sms_create",
        model(
            "AuthenticatorSMSStageRequest",
            name="phone",
            provider="generic",
            from_number="1",
            account_sid=f"{double.url}/send",
            auth="x",
        ),
    )
    flow = call(
        "flows_instances_create",
        model("FlowRequest", name="phone", slug="phone", title="Phone", designation="stage_configuration"),
    )
    call("flows_bindings_create", model("FlowStageBindingRequest", target=flow.pk, stage=stage.pk, order=0))
    client, number = JsonClient(server.url).sign_in(OWNER.username, OWNER.password), fresh_number()
    client.flow("phone")
    client.answer("phone", phone_number=number)
    ends = [client.answer("phone", code=code_for(double, number))]
    secret = client.flow("default-authenticator-totp-setup")["secret"]
    ends.append(client.answer("default-authenticator-totp-setup", code=pyotp.TOTP(secret).now()))
    client.flow("default-authenticator-static-setup")
    ends.append(client.answer("default-authenticator-static-setup"))
    assert [end["component"] for end in ends] == ["xak-flow-redirect"] * 3


def devices(call: Recorder, kinds: tuple[str, ...]) -> None:
    listed = call("authenticators_admin_all_list")
    assert {one.type.rpartition(".")[2] for one in listed} == {"SMSDevice", "TOTPDevice", "StaticDevice"}
    assert call("authenticators_all_list") == []
    for kind in kinds:
        request = {"sms": "SMSDeviceRequest", "totp": "TOTPDeviceRequest", "static": "StaticDeviceRequest"}[kind]
        for place in ("", "admin_"):
            prefix = f"authenticators_{place}{kind}"
            [one] = call(f"{prefix}_list").results
            assert call(f"{prefix}_retrieve", one.pk) == one
            assert call(f"{prefix}_update", one.pk, model(request, name="mine")).name == "mine"
            assert call(f"{prefix}_partial_update", one.pk, model(f"Patched{request}", name="his")).name == "his"
        call(f"authenticators_{kind}_used_by_list", one.pk)
        with pytest.raises(client().ApiException) as refused:
            call(f"authenticators_admin_{kind}_create", model(request, name="new"))
        assert refused.value.status == 400
        call(f"authenticators_{kind}_destroy", one.pk)
        with pytest.raises(client().ApiException) as gone:
            call(f"authenticators_admin_{kind}_destroy", one.pk)
        assert gone.value.status == 404


def blueprints(call: Recorder) -> None:
    [path] = [one.path for one in call("managed_blueprints_available_list") if one.path.startswith("recovery")]
    values = {"name": "recovery", "path": path}
    change = {"context": {"a": 1}, "path": path}  # the client's own patches always hold a path, empty by default
    kept = resource(call, "managed_blueprints", "BlueprintInstanceRequest", values, change)
    assert call("managed_blueprints_apply_create", kept.pk).status in ("successful", "warning")
    content = "version: 1\nentries: [{model: authentik_stages_deny.denystage, identifiers: {name: imported}}]"
    result = call("managed_blueprints_import_create", file=("b.yaml", content.encode()))
    assert result.success, result.logs
    call("managed_blueprints_destroy", kept.pk)


def the_rest(call: Recorder) -> None:
    assert call("root_config_retrieve").error_reporting.enabled is False
    assert call("admin_version_retrieve").version_current
    assert call("events_events_actions_list")
    events = call("events_events_list", page_size=100)
    assert events.pagination.count > 10
    assert call("events_events_retrieve", events.results[0].pk) == events.results[0]
    assert call("schema_retrieve")["openapi"] == "3.1.0"


def tear_down(call: Recorder, made: dict[str, Any], group: Any, user: Any, token: Any) -> None:
    """In the order a script would: what refers to something first."""
    call("core_tokens_destroy", token.identifier)
    call("core_users_destroy", user.pk)
    call("core_groups_destroy", group.pk)
    call("stages_all_destroy", made.pop("stages_deny").pk)
    for prefix in reversed(list(made)):
        call(f"{prefix}_destroy", _key(prefix, made[prefix]))
    spare = {"name": "spare", "expression": "return {}"}
    policy = call("policies_expression_create", model("ExpressionPolicyRequest", **spare))
    mapping = call("propertymappings_notification_create", model("NotificationWebhookMappingRequest", **spare))
    call("policies_all_destroy", policy.pk)
    call("propertymappings_all_destroy", mapping.pk)
    deny = call("stages_deny_create", model("DenyStageRequest", name="spare"))
    call("stages_deny_destroy", deny.pk)
    with pytest.raises(client().ApiException) as gone:
        call("stages_deny_retrieve", deny.pk)
    assert gone.value.status == 404


def executor(call: Recorder) -> None:
    """Only with raw answers: no answer of any server passes that client's union of challenges."""
    answer = call("flows_executor_get_without_preload_content", "default-authentication-flow", "")
    challenge = client().IdentificationChallenge.from_json(answer.read().decode())
    assert challenge is not None
    assert challenge.component == "ak-stage-identification"
    answer = call("flows_executor_solve_without_preload_content", "default-authentication-flow", "")
    assert json.loads(answer.read())["component"] == "ak-stage-identification"


def test_every_call_of_the_client(api: ServerProcess, double: GatewayDouble) -> None:
    call = Recorder(api.url, TOKEN)
    made = configuration(call)
    all_of_a_family(call, made)
    around_a_flow(call, made["flows_instances"].slug, api)
    sessions(call, api)
    group, user, token = people(call)
    trying(call, made, user.pk)
    enrol(call, api, double)
    devices(call, ("sms", "totp", "static"))
    blueprints(call)
    the_rest(call)
    executor(call)
    tear_down(call, made, group, user, token)
    assert every_call().keys() - call.made == LEFT_OUT
    assert "unexpected_error" not in api.output()
