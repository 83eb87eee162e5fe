"""Lists: pages, order, search and filters."""

from typing import Any

import pytest

from tests.people import OTHER, OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.samples import make
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.prompt import Prompt
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.prompt import PromptStage

MAPPINGS = "/propertymappings/notification/"


async def names(api: ApiCaller, path: str) -> list[str]:
    return [one["name"] for one in await api.all(path)]


async def pages(api: ApiCaller, count: int) -> None:
    for number in range(count):
        await make(api, NotificationWebhookMapping, f"m{number:02}")


async def test_a_list_comes_in_pages(admin: ApiCaller) -> None:
    await pages(admin, 25)
    first = await admin.get(MAPPINGS)
    assert first["pagination"] == {
        "next": 2,
        "previous": 0,
        "count": 25,
        "current": 1,
        "total_pages": 2,
        "start_index": 1,
        "end_index": 20,
    }
    assert first["autocomplete"] == {}
    second = await admin.get(f"{MAPPINGS}?page=2")
    assert (second["pagination"]["next"], second["pagination"]["previous"]) == (0, 1)
    assert (second["pagination"]["start_index"], second["pagination"]["end_index"]) == (21, 25)
    assert [one["name"] for one in first["results"] + second["results"]] == [f"m{number:02}" for number in range(25)]


async def test_an_empty_list_has_a_first_page(admin: ApiCaller) -> None:
    empty = await admin.get(MAPPINGS)
    assert empty["results"] == []
    assert empty["pagination"] | {"x": 0} == {
        "next": 0,
        "previous": 0,
        "count": 0,
        "current": 1,
        "total_pages": 1,
        "start_index": 0,
        "end_index": 0,
        "x": 0,
    }


async def test_a_page_has_a_hundred_at_most(admin: ApiCaller) -> None:
    await pages(admin, 3)
    assert len(await admin.all(f"{MAPPINGS}?page_size=2")) == 2
    assert len(await admin.all(f"{MAPPINGS}?page_size=")) == 3
    many = await admin.get("/policies/expression/?page_size=100000")
    assert many["pagination"]["total_pages"] == 1


@pytest.mark.parametrize("page", ["0", "2", "-1", "x", "9" * 30, "1.5", "%00"])
@pytest.mark.parametrize("path", [MAPPINGS, "/core/groups/"])
async def test_a_page_that_is_none_is_not_found(admin: ApiCaller, path: str, page: str) -> None:
    assert (await admin.get(f"{path}?page={page}", status=404 if page != "%00" else 200)) is not None


@pytest.mark.parametrize("size", ["0", "-1", "x", "9" * 1001])
@pytest.mark.parametrize("path", [MAPPINGS, "/core/users/"])
async def test_a_size_that_is_none_is_refused(admin: ApiCaller, path: str, size: str) -> None:
    assert await admin.get(f"{path}?page_size={size}", status=400) == {"page_size": ["A valid integer is required."]}


async def test_the_order_can_be_chosen(admin: ApiCaller) -> None:
    for name, order in (("a", 3), ("b", 1), ("c", 2), ("d", 1)):
        await make(admin, Prompt, f"p-{name}", field_key=name, order=order)
    prompts = "/stages/prompt/prompts/?search=p-"
    assert await names(admin, prompts) == ["p-a", "p-b", "p-c", "p-d"]
    assert (await names(admin, f"{prompts}&ordering=order"))[2:] == ["p-c", "p-a"]
    assert (await names(admin, f"{prompts}&ordering=-order"))[:2] == ["p-a", "p-c"]
    assert await names(admin, f"{prompts}&ordering=-name") == ["p-d", "p-c", "p-b", "p-a"]
    assert await names(admin, f"{prompts}&ordering=no_such_field") == ["p-a", "p-b", "p-c", "p-d"]


async def test_every_term_of_a_search_must_occur(admin: ApiCaller) -> None:
    await make(admin, Flow, "alpha", title="Zürich Straße")
    await make(admin, Flow, "beta", title="Zürich")
    flows = "/flows/instances/?search="
    assert await names(admin, flows + "Z%C3%BCRICH") == ["alpha", "beta"]
    assert await names(admin, flows + "z%C3%BCrich,strasse") == ["alpha"]
    assert await names(admin, flows + "z%C3%BCrich%20beta") == ["beta"]
    assert await names(admin, flows + "gamma%20alpha") == []
    assert await names(admin, flows + "z%25rich") == []


async def test_fields_are_filters(admin: ApiCaller) -> None:
    flow = await make(admin, Flow, "one", designation="recovery")
    await make(admin, Flow, "two", designation="recovery", denied_action="message")
    flows = "/flows/instances/"
    assert await names(admin, f"{flows}?slug=one") == ["one"]
    assert await names(admin, f"{flows}?flow_uuid={flow['pk'].upper()}") == ["one"]
    assert await names(admin, f"{flows}?designation=recovery&denied_action=message") == ["two"]
    assert await names(admin, f"{flows}?slug=one&name=two") == []
    everything = await admin.get(f"{flows}?slug=&no_such_filter=x")
    assert everything["pagination"]["count"] > 2


async def test_lists_of_references_are_filters(admin: ApiCaller) -> None:
    stage = await make(admin, PromptStage, "ask")
    assert await names(admin, f"/stages/prompt/stages/?fields={stage['fields'][0]}") == ["ask"]
    assert await names(admin, f"/stages/prompt/stages/?fields={stage['pk']}") == []
    assert await names(admin, f"/stages/all/?name=ask&x={stage['pk']}") == ["ask"]


BAD: list[tuple[str, Any]] = [
    ("/flows/instances/?flow_uuid=x", {"flow_uuid": ["Enter a valid UUID."]}),
    (
        "/flows/instances/?designation=party",
        {"designation": ["Select a valid choice. party is not one of the available choices."]},
    ),
    ("/flows/bindings/?order=first", {"order": ["Enter a number."]}),
    ("/flows/bindings/?target=x", {"target": ["Enter a valid UUID."]}),
    ("/flows/bindings/?pbm_uuid=x", {"pbm_uuid": ["Enter a valid UUID."]}),
    ("/flows/bindings/?policies=x", {"policies": ["Enter a valid UUID."]}),
    ("/policies/bindings/?target_in=x,y", {"target_in": ["Enter a valid UUID."]}),
    (
        "/policies/bindings/?enabled=perhaps",
        {"enabled": ["Select a valid choice. perhaps is not one of the available choices."]},
    ),
    (
        "/propertymappings/all/?managed__isnull=x",
        {"managed__isnull": ["Select a valid choice. x is not one of the available choices."]},
    ),
    ("/core/users/?uuid=x", {"uuid": ["Enter a valid UUID."]}),
    ("/core/users/?attributes=[1]", {"attributes": ["Value must be a dictionary."]}),
    ("/core/users/?attributes=x", {"attributes": ["Value must be valid JSON."]}),
    ("/core/users/?date_joined__lt=yesterday", {"date_joined__lt": ["Enter a valid date/time."]}),
    ("/core/users/?groups_by_pk=x", {"groups_by_pk": ["Enter a valid UUID."]}),
    ("/core/groups/?members_by_pk=x", {"members_by_pk": ["Enter a number."]}),
    ("/authenticators/admin/all/?user=x", {"user": ["Enter a number."]}),
]


@pytest.mark.parametrize(("path", "errors"), BAD, ids=[path for path, _ in BAD])
async def test_a_filter_that_can_be_none_is_refused(admin: ApiCaller, path: str, errors: Any) -> None:
    assert await admin.get(path, status=400) == errors


async def test_secrets_are_no_filters(admin: ApiCaller) -> None:
    """Whoever may filter by one may guess it letter by letter."""
    await make(admin, AuthenticatorSMSStage, "sms")
    for guess in ("wrong", "a%20bearer%20token"):
        assert "sms" in await names(admin, f"/stages/authenticator/sms/?auth={guess}&auth_password={guess}")


async def test_bindings_are_found_by_either_uuid_of_their_target(admin: ApiCaller) -> None:
    binding = await make(admin, PolicyBinding)
    flow = next(one for one in await admin.all("/flows/instances/?page_size=100") if one["pk"] == binding["target"])
    assert flow["policybindingmodel_ptr_id"] != flow["pk"]
    for query in (
        f"target={flow['pk']}",
        f"target={flow['policybindingmodel_ptr_id']}",
        f"target_in={flow['policybindingmodel_ptr_id']},{binding['pk']}",
        f"policy={binding['policy']}",
    ):
        assert [one["pk"] for one in await admin.all(f"/policies/bindings/?{query}")] == [binding["pk"]], query
    assert await admin.all(f"/policies/bindings/?target={binding['pk']}") == []
    without = await admin.all("/policies/bindings/?policy__isnull=true")
    assert binding["pk"] not in {one["pk"] for one in without}


async def test_a_binding_can_be_made_with_either_uuid(admin: ApiCaller) -> None:
    placed = await make(admin, FlowStageBinding)
    policy = await make(admin, ExpressionPolicy)
    body = {"target": placed["policybindingmodel_ptr_id"], "policy": policy["pk"], "order": 0}
    made = await admin.post("/policies/bindings/", body)
    assert made["target"] == placed["pk"]
    found = await admin.all(f"/flows/bindings/?policies={policy['pk']}")
    assert [one["pk"] for one in found] == [placed["pk"]]
    found = await admin.all(f"/flows/bindings/?pbm_uuid={placed['policybindingmodel_ptr_id']}")
    assert [one["pk"] for one in found] == [placed["pk"]]


async def test_policies_are_found_by_whether_they_are_used(admin: ApiCaller) -> None:
    bound = (await make(admin, PolicyBinding))["policy"]
    free = (await make(admin, ExpressionPolicy, "free"))["pk"]
    unbound = {one["pk"] for one in await admin.all("/policies/all/?bindings__isnull=true&page_size=100")}
    assert free in unbound
    assert bound not in unbound
    nowhere = {one["pk"] for one in await admin.all("/policies/all/?promptstage__isnull=true&page_size=100")}
    assert {free, bound} <= nowhere


async def test_people_are_found_by_what_they_are(admin: ApiCaller) -> None:
    users = "/core/users/?"

    async def found(query: str) -> set[str]:
        return {one["username"] for one in await admin.all(users + query)}

    assert await found("is_superuser=true") == {"ada"}
    assert "ada" not in await found("is_superuser=false")
    assert await found(f"username={OWNER.username}") == {OWNER.username}
    assert await found("groups_by_name=authentik%20Admins") == {"ada"}
    assert await found("groups_by_name=nobody") == set()
    assert await found("search=ADA") == {"ada"}
    assert await found("email=ada@example.org") == {"ada"}
    assert await found("type=external") == set()
    assert {OWNER.username, OTHER.username} <= await found("type=internal&type=external")
    assert await found("date_joined__gt=2026-03-02T00:00:00Z") == set()
    assert "ada" in await found("date_joined__lt=2026-03-02T00:00:00%2B00:00&last_login__isnull=true")
    assert await found("path_startswith=user&username=ada") == {"ada"}
    assert await found("roles_by_name=any") == set()
    by_number = await admin.all(f"{users}ordering=-pk")
    assert by_number[0]["username"] == "ada"


async def test_people_are_found_by_their_attributes(admin: ApiCaller) -> None:
    about = {"settings": {"locale": "de", "n": 1, "on": True}, "tags": ["a", "b"], 'quo"te': "x"}
    await admin.post("/core/users/", {"username": "mia", "name": "", "attributes": about})
    for wanted, there in (
        ('{"settings":{"locale":"de"}}', True),
        ('{"settings":{"n":1,"on":true}}', True),
        ('{"settings":{"locale":"fr"}}', False),
        ('{"tags":["b"]}', True),
        ('{"tags":["c"]}', False),
        ('{"quo\\"te":"x"}', True),
        ("{}", True),
    ):
        found = await admin.get("/core/users/?username=mia&attributes=" + wanted.replace('"', "%22"))
        assert bool(found["results"]) is there, wanted
