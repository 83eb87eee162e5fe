"""authentik's Terraform provider: its requests, in its order, with its defaults."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.doubles.gateway import GatewayDouble
from tests.e2e.api_server import TOKEN, api_server
from tests.e2e.server import ServerProcess

BACKGROUND = "/static/dist/assets/images/flow_background.jpg"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, shared_double: GatewayDouble) -> Iterator[ServerProcess]:
    server = api_server(tmp_path_factory.mktemp("terraform"), shared_double)
    yield server.start()
    assert server.stop() == 0, server.output()


class Provider:
    def __init__(self, url: str) -> None:
        self._base = f"{url}/api/v3"

    def request(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {
            "Authorization": f"Bearer {TOKEN}",
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "authentik-terraform@2026.5.0",
        }
        raw = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, raw, headers, method=method)  # noqa: S310 - loopback
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def create(self, path: str, body: dict[str, Any], key: str = "pk") -> Any:
        """POST, then GET by its id."""
        status, made = self.request("POST", path, body)
        assert status == 201, made
        return self.read(f"{path}{made[key]}/")

    def update(self, path: str, body: dict[str, Any], after: str = "") -> Any:
        """PUT, then GET by its id, which may be another one then."""
        status, answer = self.request("PUT", path, body)
        assert status == 200, answer
        return self.read(after or path)

    def read(self, path: str) -> Any:
        status, found = self.request("GET", path)
        assert status == 200, found
        return found


@pytest.fixture(scope="module")
def provider(api: ServerProcess) -> Provider:
    return Provider(api.url)


def flow_body(slug: str, **more: Any) -> dict[str, Any]:
    return {
        "name": slug,
        "slug": slug,
        "title": slug,
        "designation": "stage_configuration",
        "compatibility_mode": True,
        "authentication": "none",
        "policy_engine_mode": "any",
        "layout": "stacked",
        "denied_action": "message_continue",
        "background": BACKGROUND,
        **more,
    }


def holds(answer: dict[str, Any], body: dict[str, Any]) -> bool:
    """Terraform plans a change wherever an answer differs from what was sent."""
    return {key: answer[key] for key in body} == body


def test_the_start_asks_for_the_configuration_alone(provider: Provider) -> None:
    config = provider.read("/root/config/")
    assert config["error_reporting"]["enabled"] is False
    assert config.keys() == {
        "error_reporting",
        "capabilities",
        "cache_timeout",
        "cache_timeout_flows",
        "cache_timeout_policies",
    }


def test_a_flow_is_found_by_its_slug_and_renamed(provider: Provider) -> None:
    body = flow_body("tf-flow")
    assert holds(provider.create("/flows/instances/", body, "slug"), body)
    elsewhere = flow_body("tf-flow", background="https://goauthentik.io")
    assert holds(provider.update("/flows/instances/tf-flow/", elsewhere), elsewhere)
    renamed = flow_body("tf-renamed", background="https://goauthentik.io")
    assert holds(provider.update("/flows/instances/tf-flow/", renamed, "/flows/instances/tf-renamed/"), renamed)
    assert provider.request("GET", "/flows/instances/tf-flow/")[0] == 404
    [found] = provider.read("/flows/instances/?slug=tf-renamed&designation=stage_configuration")["results"]
    assert found["slug"] == "tf-renamed"


def test_a_stage_without_its_optional_fields(provider: Provider) -> None:
    """What is empty or false is left out; null is sent for what refers to nothing."""
    body = {
        "name": "tf-sms",
        "provider": "twilio",
        "from_number": "+15005550006",
        "account_sid": "AC" + "0" * 32,
        "auth": "a secret",
        "auth_type": "basic",
        "configure_flow": None,
        "mapping": None,
    }
    made = provider.create("/stages/authenticator/sms/", body)
    assert holds(made, {key: value for key, value in body.items() if key != "auth"})
    assert made["auth"] == made["auth_password"] == ""
    assert made["verify_only"] is False
    on = {**body, "verify_only": True, "friendly_name": "Text message"}
    path = f"/stages/authenticator/sms/{made['pk']}/"
    assert provider.update(path, on)["verify_only"] is True
    assert provider.update(path, body)["verify_only"] is True, "what is left out stays, as in authentik"
    [found] = provider.read("/stages/all/?name=tf-sms")["results"]
    assert found["pk"] == made["pk"]


def test_prompts_and_their_stage(provider: Provider) -> None:
    heredoc = "  indented\n    more\n"
    field = {
        "name": "tf-phone",
        "field_key": "phone",
        "label": "Phone",
        "type": "text",
        "required": False,
        "placeholder_expression": False,
        "initial_value_expression": False,
        "sub_text": "",
        "placeholder": heredoc,
    }
    made = provider.create("/stages/prompt/prompts/", field)
    assert made["placeholder"] == heredoc.strip()
    policy: dict[str, Any] = {"name": "tf-policy", "expression": "return True\n", "execution_logging": False}
    checked = provider.create("/policies/expression/", policy)
    assert checked["expression"] in (policy["expression"], policy["expression"].removesuffix("\n"))
    stage = {"name": "tf-ask", "fields": [made["pk"]], "validation_policies": []}
    asked = provider.create("/stages/prompt/stages/", stage)
    with_policy = {**stage, "validation_policies": [checked["pk"]]}
    assert holds(provider.update(f"/stages/prompt/stages/{asked['pk']}/", with_policy), with_policy)
    assert holds(provider.update(f"/stages/prompt/stages/{asked['pk']}/", stage), stage)


def test_bindings_are_moved_while_everything_is_renamed(provider: Provider) -> None:
    flow = provider.create("/flows/instances/", flow_body("tf-bound"), "slug")
    stage = provider.create("/stages/deny/", {"name": "tf-deny", "deny_message": ""})
    place = {
        "target": flow["pk"],
        "stage": stage["pk"],
        "order": 0,
        "evaluate_on_plan": True,
        "re_evaluate_policies": False,
        "policy_engine_mode": "any",
        "invalid_response_action": "retry",
    }
    placed = provider.create("/flows/bindings/", place)
    assert holds(placed, place)
    policy = provider.create("/policies/expression/", {"name": "tf-p", "expression": "return True"})
    bind = {
        "target": placed["pk"],
        "order": 0,
        "negate": False,
        "enabled": True,
        "timeout": 30,
        "failure_result": False,
        "policy": policy["pk"],
        "user": None,
        "group": None,
    }
    bound = provider.create("/policies/bindings/", bind)
    assert holds(bound, bind)
    assert (bound["expires"], bound["expiring"]) == (None, False)
    provider.update("/flows/instances/tf-bound/", flow_body("tf-moved"), "/flows/instances/tf-moved/")
    provider.update(f"/stages/deny/{stage['pk']}/", {"name": "tf-deny-2", "deny_message": ""})
    assert provider.update(f"/flows/bindings/{placed['pk']}/", {**place, "order": 1})["order"] == 1
    for path in (
        f"/policies/bindings/{bound['pk']}/",
        f"/flows/bindings/{placed['pk']}/",
        f"/policies/expression/{policy['pk']}/",
        f"/stages/deny/{stage['pk']}/",
        "/flows/instances/tf-moved/",
    ):
        assert provider.request("DELETE", path)[0] == 204
        assert provider.request("GET", path)[0] == 404


def test_the_validation_stage_with_its_throttling_factors(provider: Provider) -> None:
    body = {
        "name": "tf-validate",
        "not_configured_action": "skip",
        "device_classes": ["sms", "totp"],
        "configuration_stages": [],
        "last_auth_threshold": "seconds=0",
        "webauthn_user_verification": "preferred",
        "webauthn_hints": [],
        "webauthn_allowed_device_types": [],
        "email_otp_throttling_factor": 1,
        "sms_otp_throttling_factor": 1,
        "totp_otp_throttling_factor": 1,
        "static_otp_throttling_factor": 1,
    }
    assert holds(provider.create("/stages/authenticator/validate/", body), body)


def test_a_mapping_and_a_blueprint(provider: Provider) -> None:
    mapping = {"name": "tf-mapping", "expression": "return {}"}
    assert holds(provider.create("/propertymappings/notification/", mapping), mapping)
    content = "version: 1\nentries: []\n"
    blueprint = {"name": "tf-blueprint", "enabled": True, "content": content, "context": {"a": 1}}
    made = provider.create("/managed/blueprints/", blueprint)
    assert holds(made, blueprint)
    assert made["status"] == "unknown", "it is never applied by this provider"
