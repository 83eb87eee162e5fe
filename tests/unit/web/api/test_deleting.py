"""What becomes of what refers to something that is deleted."""

import pytest

from tests.people import OTHER, OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.samples import make, one_of
from tests.unit.web.api.test_permissions import enrol
from tests.unit.web.house import House
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy
from watchword.model.prompt import Prompt
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.deny import DenyStage
from watchword.stages.identification import IdentificationStage
from watchword.stages.password import PasswordStage
from watchword.stages.prompt import PromptStage
from watchword.stages.user_write import UserWriteStage


async def test_a_flow_goes_with_its_bindings_and_theirs(admin: ApiCaller) -> None:
    placed = await make(admin, FlowStageBinding)
    policy = await make(admin, ExpressionPolicy)
    bound = await admin.post("/policies/bindings/", {"target": placed["pk"], "policy": policy["pk"], "order": 0})
    flow = next(one for one in await admin.all("/flows/instances/?page_size=100") if one["pk"] == placed["target"])
    await admin.delete(f"/flows/instances/{flow['slug']}/")
    assert (await admin.call("GET", f"/flows/bindings/{placed['pk']}/")).status == 404
    assert (await admin.call("GET", f"/policies/bindings/{bound['pk']}/")).status == 404
    assert (await admin.get(one_of(ExpressionPolicy, policy)))["bound_to"] == 0
    assert (await admin.get(f"/stages/all/{placed['stage']}/"))["flow_set"] == []


async def test_references_that_may_be_empty_are_emptied(admin: ApiCaller) -> None:
    flow, mapping = await make(admin, Flow), await make(admin, NotificationWebhookMapping)
    sms = await make(admin, AuthenticatorSMSStage, configure_flow=flow["pk"], mapping=mapping["pk"])
    password = await make(admin, PasswordStage, "password")
    who = await make(admin, IdentificationStage, "who", password_stage=password["pk"], recovery_flow=flow["pk"])
    users = [use["action"] for use in await admin.get(f"{one_of(Flow, flow)}used_by/")]
    assert users == ["set_null", "set_null"]
    for path in (one_of(Flow, flow), one_of(NotificationWebhookMapping, mapping), one_of(PasswordStage, password)):
        await admin.delete(path)
    after = await admin.get(one_of(AuthenticatorSMSStage, sms))
    assert (after["configure_flow"], after["mapping"]) == (None, None)
    after = await admin.get(one_of(IdentificationStage, who))
    assert (after["password_stage"], after["recovery_flow"]) == (None, None)


async def test_an_entry_of_a_list_is_taken_out(admin: ApiCaller) -> None:
    first, second = await make(admin, Prompt, "first"), await make(admin, Prompt, "second")
    policy = await make(admin, ExpressionPolicy)
    stage = await make(
        admin, PromptStage, "ask", fields=[first["pk"], second["pk"]], validation_policies=[policy["pk"]]
    )
    [use] = await admin.get(f"{one_of(Prompt, first)}used_by/")
    assert use == {
        "app": "authentik_stages_prompt",
        "model_name": "promptstage",
        "pk": stage["pk"],
        "name": "ask",
        "action": "cascade_many",
    }
    await admin.delete(one_of(Prompt, first))
    await admin.delete(one_of(ExpressionPolicy, policy))
    after = await admin.get(one_of(PromptStage, stage))
    assert (after["fields"], after["validation_policies"]) == ([second["pk"]], [])


async def test_what_something_cannot_be_without_is_kept(admin: ApiCaller) -> None:
    stage = await make(admin, PromptStage, "ask")
    path = f"/stages/prompt/prompts/{stage['fields'][0]}/"
    errors = await admin.delete(path, status=400)
    assert errors == {"non_field_errors": ["“ask” would not be valid: This list may not be empty."]}
    assert (await admin.get(path))["prompt_stages_obj"][0]["pk"] == stage["pk"]


@pytest.mark.parametrize("path", ["/stages/authenticator/sms/", "/stages/all/"])
async def test_a_stage_that_has_devices_is_kept_unless_forced(house: House, admin: ApiCaller, path: str) -> None:
    stage = await make(admin, AuthenticatorSMSStage, "sms")
    for device_class in ("sms", "totp"):
        await enrol(house, device_class)
        await house.write(f"UPDATE {device_class}_device SET stage_pk = :pk", pk=stage["pk"])  # noqa: S608 - ours
    errors = await admin.delete(f"{path}{stage['pk']}/", status=400)
    assert "2 devices were enrolled" in errors["non_field_errors"][0]
    assert "force=true" in errors["non_field_errors"][0]
    assert await admin.delete(f"{path}{stage['pk']}/?force=false", status=400) == errors
    assert len(await admin.get("/authenticators/admin/all/")) == 2
    await admin.delete(f"{path}{stage['pk']}/?force=true")
    assert await admin.get("/authenticators/admin/all/") == []
    assert (await admin.call("GET", f"{path}{stage['pk']}/")).status == 404


async def test_a_user_goes_with_what_belongs_to_him(house: House, admin: ApiCaller, other_api: ApiCaller) -> None:
    await enrol(house, "sms")
    owner = next(one for one in await admin.all("/core/users/") if one["username"] == OWNER.username)
    flow = await make(admin, Flow)
    bound = await admin.post("/policies/bindings/", {"target": flow["pk"], "user": owner["pk"], "order": 0})
    assert bound["user_obj"]["username"] == OWNER.username
    [use] = await admin.get(f"/core/users/{owner['pk']}/used_by/")
    assert (use["model_name"], use["action"]) == ("policybinding", "cascade")
    await admin.delete(f"/core/users/{owner['pk']}/")
    assert (await admin.call("GET", f"/policies/bindings/{bound['pk']}/")).status == 404
    assert await admin.get("/authenticators/admin/all/") == []
    assert f"{OWNER.username}-token" not in {one["identifier"] for one in await admin.all("/core/tokens/")}
    assert (await other_api.get("/core/users/me/"))["user"]["username"] == OTHER.username


async def test_a_group_goes_with_its_bindings(admin: ApiCaller) -> None:
    group = await admin.post("/core/groups/", {"name": "people"})
    flow = await make(admin, Flow)
    bound = await admin.post("/policies/bindings/", {"target": flow["pk"], "group": group["pk"], "order": 0})
    assert bound["group_obj"]["name"] == "people"
    write = await make(admin, UserWriteStage, "write", create_users_group=group["pk"])
    actions = {use["action"] for use in await admin.get(f"/core/groups/{group['pk']}/used_by/")}
    assert actions == {"cascade", "set_null"}
    await admin.delete(f"/core/groups/{group['pk']}/")
    assert (await admin.call("GET", f"/policies/bindings/{bound['pk']}/")).status == 404
    assert (await admin.get(one_of(UserWriteStage, write)))["create_users_group"] is None


async def test_a_deletion_is_in_the_audit_trail_with_all_that_went(admin: ApiCaller) -> None:
    placed = await make(admin, FlowStageBinding)
    await admin.delete(one_of(DenyStage, {"pk": placed["stage"]}))
    gone = await admin.all("/events/events/?action=model_deleted")
    assert {event["context"]["model"]["model_name"] for event in gone} == {"denystage", "flowstagebinding"}
    assert {event["user"]["username"] for event in gone} == {"ada"}
