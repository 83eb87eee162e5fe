"""What is changed on the page of a flow itself: its name, its order, its policies, and the timing of its steps."""

import re
from typing import Any

import pytest

from tests.people import OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN, with_tokens
from tests.unit.web.api.samples import make
from tests.unit.web.client import Answer, Visitor
from tests.unit.web.console.test_flow_page import places, steps
from tests.unit.web.forms import Filled, fill, filled, send
from tests.unit.web.house import House
from tests.unit.web.pages.html_tree import parse
from tests.unit.web.test_devices import user
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.stages.deny import DenyStage
from watchword.storage.config import list_revisions
from watchword.storage.groups import create_group

OVERTAKEN = "somebody else changed the steps while you had this page open"


@pytest.fixture
async def api(house: House) -> ApiCaller:
    return ApiCaller(await with_tokens(house), ADMIN)


@pytest.fixture
async def url(api: ApiCaller) -> str:
    """Of a flow with three steps."""
    flow = await make(api, Flow, "three")
    for order, name in enumerate(("first", "second", "third")):
        stage = await make(api, DenyStage, name)
        await api.post("/flows/bindings/", {"target": flow["pk"], "stage": stage["pk"], "order": order})
    return f"/if/admin/flows/{flow['pk']}/"


def order_form(page: Answer, url: str, *numbers: int) -> Filled:
    """As the script fills it in: the steps by their present places, in their new order."""
    pks = [place.removeprefix("step-") for place in places(page)]
    form = filled(page, f"{url}order/")
    assert form["seen"] == [" ".join(pks)]
    return form | {"order": [" ".join(pks[number] for number in numbers)], "moved": [pks[numbers[0]]]}


def step_forms(page: Answer, number: int) -> dict[str, Filled]:
    """The forms of a step, by the ends of their addresses."""
    step = parse(page.text).all("li", class_="step")[number]
    found = {}
    for form in step.all("form"):
        alone = Answer(200, [], f"{_written(page, form.attrs['action'], number)}".encode())
        found[form.attrs["action"].rstrip("/").rpartition("/")[2]] = filled(alone)
    return found


def _written(page: Answer, action: str, number: int) -> str:
    step = page.text.split('<li class="step')[number + 1]
    [form] = re.findall(rf'<form[^>]*action="{re.escape(action)}".*?</form>', step, re.DOTALL)
    return str(form)


async def test_all_steps_are_put_in_order_at_once(house: House, admin: Visitor, url: str) -> None:
    before = len(await house.services.database.read(list_revisions))
    page = await admin.get(url)
    done = await send(admin, f"{url}order/", order_form(page, url, 2, 0, 1))
    assert (done.status, done.header("location")) == (303, f"{url}#{places(page)[2]}")
    after = await admin.get(url)
    assert steps(after) == ["third", "first", "second"]
    assert "The steps were put in order." in after.text
    assert len(await house.services.database.read(list_revisions)) == before + 1


async def test_of_two_who_move_steps_the_second_is_told_and_sees_the_first_ones_order(admin: Visitor, url: str) -> None:
    page = await admin.get(url)
    await send(admin, f"{url}order/", order_form(page, url, 2, 0, 1))
    late = await send(admin, f"{url}order/", order_form(page, url, 1, 0, 2))
    assert late.status == 412
    assert OVERTAKEN in parse(late.text).one("div", role="alert").text
    assert steps(late) == steps(await admin.get(url)) == ["third", "first", "second"]
    again = await send(admin, f"{url}order/", order_form(late, url, 1, 0, 2))
    assert again.status == 303
    assert steps(await admin.get(url)) == ["first", "third", "second"]


@pytest.mark.parametrize(
    "change",
    [
        {"order": [""]},
        {"order": []},
        {"order": ["\x00 x y"]},
        {"seen": ["", "x"], "order": ["x"]},
        {"seen": [""], "order": [""], "moved": ["nothing"]},
    ],
)
async def test_an_order_of_other_steps_is_refused(admin: Visitor, url: str, change: Filled) -> None:
    form = order_form(await admin.get(url), url, 2, 1, 0) | change
    assert (await send(admin, f"{url}order/", form)).status in (400, 412)
    assert steps(await admin.get(url)) == ["first", "second", "third"]


async def test_a_flow_is_renamed_in_place(house: House, admin: Visitor, url: str) -> None:
    done = await fill(admin, url, f"{url}rename/", name="A new name", title="Add your <b>phone</b>")
    assert (done.status, done.header("location")) == (303, url)
    flow = house.services.configuration.snapshot.find(Flow, slug="three")
    assert flow is not None
    assert (flow.name, flow.title) == ("A new name", "Add your <b>phone</b>")
    assert "Add your &lt;b&gt;phone&lt;/b&gt;" in (await admin.get(url)).text


async def test_a_name_that_is_none_is_said_at_its_field_and_what_was_typed_stays(
    house: House, admin: Visitor, url: str
) -> None:
    refused = await fill(admin, url, f"{url}rename/", name="", title="kept")
    assert refused.status == 400
    details = parse(refused.text).one("details", class_="more rename")
    assert "open" in details.attrs
    assert "This field may not be blank." in details.text
    assert filled(refused, f"{url}rename/")["title"] == ["kept"]
    assert house.services.configuration.snapshot.find(Flow, slug="three").title != "kept"  # type: ignore[union-attr] # it is there


async def test_of_two_who_rename_a_flow_the_second_is_told(api: ApiCaller, admin: Visitor, url: str) -> None:
    form = filled(await admin.get(url), f"{url}rename/")
    await api.patch("/flows/instances/three/", {"title": "theirs"})
    late = await send(admin, f"{url}rename/", form | {"title": ["mine"]})
    assert late.status == 400
    assert "Somebody changed this" in parse(late.text).one("div", role="alert").text
    assert "“theirs”" in parse(late.text).one("p", class_="lede").text
    assert filled(late, f"{url}rename/")["title"] == ["mine"]


async def test_the_timing_of_a_step_is_changed_in_place_and_nothing_else_of_it(
    house: House, admin: Visitor, url: str
) -> None:
    page = await admin.get(url)
    pk = places(page)[1].removeprefix("step-")
    before = house.services.configuration.snapshot.require(pk, FlowStageBinding)
    form = step_forms(page, 1)["edit"] | {"evaluate_on_plan": ["true"], "policy_engine_mode": ["all"]}
    done = await send(admin, f"/if/admin/steps/{pk}/edit/", form)
    assert (done.status, done.header("location")) == (303, f"{url}#step-{pk}")
    after = house.services.configuration.snapshot.require(pk, FlowStageBinding)
    assert (after.evaluate_on_plan, after.re_evaluate_policies, after.policy_engine_mode) == (True, True, "all")
    assert (after.target, after.stage, after.order) == (before.target, before.stage, before.order)


async def test_a_timing_that_is_never_is_refused_on_the_form_of_the_step_which_leads_back(
    admin: Visitor, url: str
) -> None:
    page = await admin.get(url)
    form = {name: values for name, values in step_forms(page, 0)["edit"].items() if name != "re_evaluate_policies"}
    refused = await send(admin, f"/if/admin/steps/{places(page)[0].removeprefix('step-')}/edit/", form)
    assert refused.status == 400
    assert "Either evaluation on plan" in refused.text
    assert filled(refused)["back"] == [f"{url}#{places(page)[0]}"]


async def test_an_existing_policy_is_bound_in_place(api: ApiCaller, admin: Visitor, url: str) -> None:
    policy = await make(api, ExpressionPolicy, "only at night")
    page = await admin.get(url)
    form = step_forms(page, 1)["bind"]
    done = await send(admin, f"{url}bind/", form | {"policy": [policy["pk"]]})
    assert (done.status, done.header("location")) == (303, f"{url}#{places(page)[1]}")
    after = await admin.get(url)
    shown = parse(after.text).all("li", class_="step")
    assert "Only if only at night others skip this step" in shown[1].one("div", class_="gate").text
    assert shown[0].all("div", class_="gate") == []
    offered = [option.text for option in shown[1].all("option")]
    assert "only at night" not in offered, "it is bound already"
    assert "only at night" in [option.text for option in shown[0].all("option")]


async def test_a_policy_bound_to_the_flow_refuses_others(api: ApiCaller, admin: Visitor, url: str) -> None:
    policy = await make(api, ExpressionPolicy, "staff")
    flow = url.split("/")[-2]
    csrf = filled(await admin.get(url), f"{url}order/")
    await send(admin, f"{url}bind/", {"_csrf": csrf["_csrf"], "target": [flow], "policy": [policy["pk"]]})
    begin = parse((await admin.get(url)).text).by_id("begin")
    assert "Only if staff others are refused; asked at the start" in begin.one("div", class_="gate").text


@pytest.mark.parametrize(
    ("change", "status"),
    [({"policy": [""]}, 400), ({"policy": ["x"]}, 400), ({"target": ["x"]}, 404), ({"target": []}, 404)],
)
async def test_what_is_no_policy_or_no_step_is_not_bound(
    house: House, admin: Visitor, url: str, change: Filled, status: int
) -> None:
    before = house.services.configuration.snapshot.revision
    form = step_forms(await admin.get(url), 0)["bind"]
    assert (await send(admin, f"{url}bind/", form | change)).status == status
    assert house.services.configuration.snapshot.revision == before


async def test_a_step_of_another_flow_is_none_of_this_one(api: ApiCaller, admin: Visitor, url: str) -> None:
    policy, elsewhere = await make(api, ExpressionPolicy, "p"), await make(api, FlowStageBinding, "elsewhere")
    form = step_forms(await admin.get(url), 0)["bind"] | {"policy": [policy["pk"]], "target": [elsewhere["pk"]]}
    assert (await send(admin, f"{url}bind/", form)).status == 404


async def test_a_new_policy_is_made_and_bound(house: House, admin: Visitor, url: str) -> None:
    page = await admin.get(url)
    second = parse(page.text).all("li", class_="step")[1]
    [link] = [node.attrs["href"] for node in second.all("a") if node.text.startswith("A new policy")]
    mistaken = await fill(admin, link, name="fresh", expression="return (")
    assert mistaken.status == 400
    target = "/if/admin/policies/new/expressionpolicy/"
    done = await send(admin, target, filled(mistaken) | {"expression": ["return True"]})
    assert done.header("location") == f"{url}#{places(page)[1]}"
    [bound] = house.services.configuration.snapshot.policy_bindings(places(page)[1].removeprefix("step-"))
    assert bound.policy == house.services.configuration.snapshot.find(ExpressionPolicy, name="fresh").pk  # type: ignore[union-attr] # it is there
    assert "fresh was made, and is bound." in (await admin.get(url)).text


async def test_groups_and_users_decide_by_their_names(house: House, api: ApiCaller, admin: Visitor, url: str) -> None:
    page = await admin.get(url)
    pk, owner = places(page)[0].removeprefix("step-"), await user(house, OWNER)
    group = await house.services.database.run(create_group, name="staff")
    deciding: list[dict[str, Any]] = [{"group": group.pk}, {"user": owner.id, "negate": True}, {"user": owner.id}]
    for order, who in enumerate(deciding):
        await api.post("/policies/bindings/", {"target": pk, "order": order, "enabled": order < 2, **who})
    gate = parse((await admin.get(url)).text).all("li", class_="step")[0].one("div", class_="gate")
    assert gate.text == (
        f"Only if one of these says yes members of staff not {OWNER.username} {OWNER.username} switched off "
        "others skip this step; asked when somebody is here"
    )
    links = [node.attrs["href"] for node in gate.all("a")]
    bound = house.services.configuration.snapshot.policy_bindings(pk)
    assert [link.partition("?")[0] for link in links] == [f"/if/admin/rules/{one.pk}/edit/" for one in bound]


async def test_where_all_are_switched_off_nobody_is_held_up(api: ApiCaller, admin: Visitor, url: str) -> None:
    policy = await make(api, ExpressionPolicy, "off")
    pk = places(await admin.get(url))[0].removeprefix("step-")
    await api.post("/policies/bindings/", {"target": pk, "order": 0, "policy": policy["pk"], "enabled": False})
    step = parse((await admin.get(url)).text).all("li", class_="step")[0]
    assert step.one("div", class_="gate quiet").text == "Only if off switched off"


async def test_whoever_is_no_superuser_changes_nothing_here(
    house: House, owner: Visitor, stranger: Visitor, url: str
) -> None:
    before = house.services.configuration.snapshot.revision
    for path in ("order/", "rename/", "bind/"):
        assert (await owner.submit(url + path, name="x", title="y")).status == 403
        assert (await stranger.submit(url + path, name="x", title="y")).status == 303
    assert house.services.configuration.snapshot.revision == before


async def test_a_rule_is_told_by_who_decides_and_where(house: House, api: ApiCaller, admin: Visitor, url: str) -> None:
    policy = await make(api, ExpressionPolicy, "only at night")
    form = step_forms(await admin.get(url), 1)["bind"]
    await send(admin, f"{url}bind/", form | {"policy": [policy["pk"]]})
    bound = house.services.configuration.snapshot.find(PolicyBinding, policy=policy["pk"])
    assert bound is not None
    asked = await admin.get(f"/if/admin/rules/{bound.pk}/delete/")
    assert "Remove only at night, at second, in three?" in parse(asked.text).text
