"""The documented flow is built from nothing by authentik's client alone, and run with it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.authentik_calls import Recorder, client, model
from tests.databases import KINDS, database_settings
from tests.doubles.gateway import GatewayDouble
from tests.e2e.api_server import TOKEN, api_server
from tests.e2e.inbox import bodies, wrong
from tests.e2e.json_client import JsonClient
from tests.e2e.numbers import fresh_number
from tests.e2e.server import ServerProcess
from tests.people import OTHER, OWNER

POLICY = """
phone_number = regex_replace(request.context["prompt_data"]["phone"], r"\\s+", "")
if not regex_match(phone_number, r"^\\+49"):
    ak_message("Invalid phone number or missing region code")
    return False
return True
"""
MAPPING = 'return {"from": stage.from_number, "to": device.phone_number, "text": f"Your code: {token}", "Body": token}'


@pytest.fixture(scope="module", params=KINDS)
def api(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shared_double: GatewayDouble
) -> Iterator[ServerProcess]:
    with database_settings(request.param) as settings:
        server = api_server(tmp_path_factory.mktemp(f"scenario-{request.param}"), shared_double, **settings)
        yield server.start()
        assert server.stop() == 0, server.output()


def build(call: Recorder, double: GatewayDouble, slug: str, **stage: Any) -> Any:
    """The flow of the documentation; returns its SMS stage."""
    name = slug.title()
    mapping = call(
        "propertymappings_notification_create",
        model("NotificationWebhookMappingRequest", name=name, expression=MAPPING),
    )
    policy = call("policies_expression_create", model("ExpressionPolicyRequest", name=name, expression=POLICY))
    prompt = call(
        "stages_prompt_prompts_create",
        model("PromptRequest", name=name, field_key="phone", label="Phone", type="text", required=True),
    )
    ask = call(
        "stages_prompt_stages_create",
        model("PromptStageRequest", name=f"{name} ask", fields=[prompt.pk], validation_policies=[policy.pk]),
    )
    flow = call(
        "flows_instances_create",
        model(
            "FlowRequest",
            name=name,
            slug=slug,
            title="Add phone",
            designation="stage_configuration",
            authentication="require_authenticated",
        ),
    )
    values = {
        "name": f"{name} sms",
        "provider": "generic",
        "from_number": "1234",
        "account_sid": f"{double.url}/send",
        "auth": "tok",
        "auth_type": "bearer",
        "configure_flow": flow.pk,
        "mapping": mapping.pk,
    }
    sms = call("stages_authenticator_sms_create", model("AuthenticatorSMSStageRequest", **{**values, **stage}))
    for order, placed in enumerate((ask, sms)):
        call("flows_bindings_create", model("FlowStageBindingRequest", target=flow.pk, stage=placed.pk, order=order))
    return sms


class Runner:
    """The client at the executor, with the cookies of a browser that is signed in."""

    def __init__(self, server: ServerProcess, browser: JsonClient) -> None:
        cookie = f"authentik_session={browser.cookie('authentik_session')}"
        settings = client().Configuration(host=f"{server.url}/api/v3")
        self._flows = client().FlowsApi(client().ApiClient(settings, cookie=cookie))
        self._headers = {"X-authentik-CSRF": browser.cookie("authentik_csrf")}

    def get(self, slug: str, kind: Any) -> Any:
        answer = self._flows.flows_executor_get_without_preload_content(slug, "")
        return self._parsed(answer.read(), kind)

    def solve(self, slug: str, kind: Any, request: Any) -> Any:
        wrapped = client().FlowChallengeResponseRequest(request)
        answer = self._flows.flows_executor_solve_without_preload_content(
            slug, "", flow_challenge_response_request=wrapped, _headers=self._headers
        )
        return self._parsed(answer.read(), kind)

    def _parsed(self, body: bytes, kind: Any) -> Any:
        """With the challenge's own model class."""
        challenge = kind.from_json(body.decode())
        assert challenge.component == json.loads(body)["component"]
        return challenge


def test_the_documented_flow_by_the_api_alone(api: ServerProcess, double: GatewayDouble) -> None:
    call = Recorder(api.url, TOKEN)
    sms = build(call, double, "sms-enrol")
    browser = JsonClient(api.url).sign_in(OWNER.username, OWNER.password)
    there = browser.request("GET", f"/flows/-/configure/{sms.pk}/")
    assert there.headers["location"].endswith("/if/flow/sms-enrol/")
    run, number = Runner(api, browser), fresh_number()
    challenge = run.get("sms-enrol", client().PromptChallenge)
    assert [(field.field_key, field.required) for field in challenge.fields] == [("phone", True)]
    refused = run.solve("sms-enrol", client().PromptChallenge, prompt(phone="+33612345678"))
    [error] = refused.response_errors["non_field_errors"]
    assert (error.string, error.code) == ("Invalid phone number or missing region code", "invalid")
    assert bodies(double) == []
    challenge = run.solve("sms-enrol", client().AuthenticatorSMSChallenge, prompt(phone=number))
    assert challenge.phone_number_required is False
    code = bodies(double)[-1]["Body"]
    assert bodies(double)[-1] == {"from": "1234", "to": number, "text": f"Your code: {code}", "Body": code}
    guessed = run.solve("sms-enrol", client().AuthenticatorSMSChallenge, answer(code=wrong(code)))
    assert guessed.response_errors["non_field_errors"][0].string == "Code does not match"
    end = run.solve("sms-enrol", client().RedirectChallenge, answer(code=code))
    assert end.to == "/"
    [device] = call("authenticators_admin_sms_list").results
    assert (device.user.username, device.phone_number) != (OWNER.username, number), "administrators see it masked"
    own = json.loads(browser.request("GET", "/api/v3/authenticators/sms/").body)["results"]
    assert [one["phone_number"] for one in own] == [number]


def prompt(**values: Any) -> Any:
    """Its fields are no fields of the client's model, which takes them all the same."""
    return client().PromptChallengeResponseRequest.from_dict({"component": "ak-stage-prompt", **values})


def answer(**values: Any) -> Any:
    return client().AuthenticatorSMSChallengeResponseRequest(component="ak-stage-authenticator-sms", **values)


def test_a_change_is_in_force_at_once(api: ServerProcess, double: GatewayDouble) -> None:
    call = Recorder(api.url, TOKEN)
    build(call, double, "changing")
    browser = JsonClient(api.url).sign_in(OTHER.username, OTHER.password)
    assert browser.flow("changing")["flow_info"]["title"] == "Add phone"
    call("flows_instances_partial_update", "changing", model("PatchedFlowRequest", title="Another title"))
    assert browser.flow("changing")["flow_info"]["title"] == "Another title"
    call("flows_instances_destroy", "changing")
    assert browser.request("GET", "/api/v3/flows/executor/changing/?query=").status == 404


def test_what_was_built_outlives_the_server(api: ServerProcess, double: GatewayDouble) -> None:
    call = Recorder(api.url, TOKEN)
    sms = build(call, double, "lasting", verify_only=True)
    assert api.stop() == 0
    api.start()
    again = call("stages_authenticator_sms_retrieve", sms.pk)
    assert (again.verify_only, again.account_sid) == (True, f"{double.url}/send")
    browser, number = JsonClient(api.url).sign_in(OTHER.username, OTHER.password), fresh_number()
    browser.flow("lasting")
    browser.answer("lasting", phone=number)
    end = browser.answer("lasting", code=bodies(double)[-1]["Body"])
    assert end["component"] == "xak-flow-redirect"
    assert double.requests[-1].headers["authorization"] == "Bearer tok"
    own = json.loads(browser.request("GET", "/api/v3/authenticators/sms/").body)["results"]
    assert own[-1]["phone_number"].startswith("hash:")
