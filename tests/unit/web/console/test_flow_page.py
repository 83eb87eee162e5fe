"""A flow's page: its steps in order, with who decides about them; put together and in order by buttons."""

import re

import pytest

from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN, with_tokens
from tests.unit.web.api.samples import make
from tests.unit.web.client import Answer, Visitor
from tests.unit.web.forms import fill, filled, send
from tests.unit.web.house import House
from tests.unit.web.pages.html_tree import parse
from watchword.model.flow import Flow
from watchword.stages.deny import DenyStage


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


def steps(page: Answer) -> list[str]:
    return [node.one("a", class_="name").text for node in parse(page.text).all("li", class_="step")]


def places(page: Answer) -> list[str]:
    return [node.attrs["id"] for node in parse(page.text).all("li", class_="step")]


def move_form(page: Answer, name: str) -> dict[str, list[str]]:
    [step] = [node for node in parse(page.text).all("li", class_="step") if node.one("a", class_="name").text == name]
    form = step.one("form", class_="moves")
    return {node.attrs["name"]: [node.attrs["value"]] for node in form.all("input")}


async def move(admin: Visitor, url: str, name: str, way: str) -> list[str]:
    done = await send(admin, f"{url}move/", move_form(await admin.get(url), name) | {"way": [way]})
    assert done.status == 303, done.text
    return steps(await admin.get(url))


async def test_steps_are_shown_in_their_order_and_moved_by_buttons(admin: Visitor, url: str) -> None:
    assert steps(await admin.get(url)) == ["first", "second", "third"]
    assert await move(admin, url, "first", "down") == ["second", "first", "third"]
    assert await move(admin, url, "third", "up") == ["second", "third", "first"]
    assert await move(admin, url, "second", "up") == ["second", "third", "first"]


async def test_the_ends_cannot_be_passed(admin: Visitor, url: str) -> None:
    shown = parse((await admin.get(url)).text).all("li", class_="step")
    disabled = [
        [button.text.split()[0] for button in step.all("button") if "disabled" in button.attrs] for step in shown
    ]
    assert disabled == [["Up"], [], ["Down"]]


@pytest.mark.parametrize(
    ("change", "status"),
    [({"way": ["sideways"]}, 400), ({"way": []}, 400), ({"step": ["nothing"], "way": ["up"]}, 404)],
)
async def test_a_move_that_is_none_is_refused(
    admin: Visitor, url: str, change: dict[str, list[str]], status: int
) -> None:
    form = move_form(await admin.get(url), "second") | change
    assert (await send(admin, f"{url}move/", form)).status == status
    assert steps(await admin.get(url)) == ["first", "second", "third"]


async def test_a_stage_that_is_there_takes_the_place_that_was_chosen(api: ApiCaller, admin: Visitor, url: str) -> None:
    stage = await make(api, DenyStage, "fourth")
    done = await fill(admin, url, f"{url}place/", stage=stage["pk"])
    assert steps(await admin.get(url)) == ["first", "second", "third", "fourth"]
    assert done.header("location") == f"{url}#{places(await admin.get(url))[3]}"
    second = places(await admin.get(url))[1].removeprefix("step-")
    assert (await fill(admin, url, f"{url}place/", stage=stage["pk"], before=second)).status == 303
    page = await admin.get(url)
    assert steps(page) == ["first", "fourth", "second", "third", "fourth"]
    assert "fourth is a step now." in page.text


async def test_between_two_steps_a_link_leads_to_that_place(admin: Visitor, url: str) -> None:
    page = parse((await admin.get(url)).text)
    links = [node.attrs["href"] for node in page.all("a", class_="insert")]
    assert links[3] == f"{url}#add"
    opened = await admin.get(links[1].partition("#")[0])
    assert filled(opened, f"{url}place/")["before"] == [places(opened)[1].removeprefix("step-")]
    assert filled(await admin.get(url), f"{url}place/")["before"] == [""]


async def test_a_new_stage_takes_the_place_that_was_chosen(house: House, admin: Visitor, url: str) -> None:
    third = places(await admin.get(url))[2].removeprefix("step-")
    chosen = await fill(admin, url, f"{url}place/", stage="new:denystage", before=third)
    assert (chosen.status, chosen.header("location").partition("?")[0]) == (303, "/if/admin/stages/new/denystage/")
    mistaken = await fill(admin, chosen.header("location"), name="")
    done = await send(admin, "/if/admin/stages/new/denystage/", filled(mistaken) | {"name": ["between"]})
    page = await admin.get(url)
    assert steps(page) == ["first", "second", "between", "third"]
    assert done.header("location") == f"{url}#{places(page)[2]}"
    assert "between was made, and is a step of the flow." in page.text


async def test_a_new_stage_is_the_last_step_where_its_place_is_gone(admin: Visitor, url: str) -> None:
    nowhere = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
    chosen = await fill(admin, url, f"{url}place/", stage="new:denystage", before=nowhere)
    await fill(admin, chosen.header("location"), name="late")
    assert steps(await admin.get(url)) == ["first", "second", "third", "late"]


@pytest.mark.parametrize(("stage", "status"), [("", 400), ("nothing", 400), ("new:", 303), ("new:x/../y", 303)])
async def test_what_is_no_stage_is_no_step(admin: Visitor, url: str, stage: str, status: int) -> None:
    answer = await fill(admin, url, f"{url}place/", stage=stage)
    assert answer.status == status
    if status == 400:
        assert "Choose a stage first." in parse(answer.text).one("div", role="alert").text
    else:
        assert (await admin.get(answer.header("location"))).status == 404
    assert steps(await admin.get(url)) == ["first", "second", "third"]


async def test_a_step_is_removed_and_its_stage_stays(house: House, admin: Visitor, url: str) -> None:
    second = parse((await admin.get(url)).text).all("li", class_="step")[1]
    [link] = [node.attrs["href"] for node in second.all("a", class_="danger-link")]
    asked = await admin.get(link)
    assert "Remove second, in three?" in parse(asked.text).text
    assert "Nothing else is touched." in asked.text
    done = await send(admin, link.partition("?")[0], filled(asked))
    assert done.header("location") == url
    assert steps(await admin.get(url)) == ["first", "third"]
    assert house.services.configuration.snapshot.find(DenyStage, name="second") is not None


async def test_a_flow_can_be_run_exported_and_set_up_from_its_page(admin: Visitor, url: str) -> None:
    links = {node.attrs["href"] for node in parse((await admin.get(url)).text).all("a")}
    assert {"/if/flow/three/", "/api/v3/flows/instances/three/export/", f"{url}edit/", f"{url}delete/"} <= links
    exported = await admin.get("/api/v3/flows/instances/three/export/")
    assert (exported.status, len(re.findall("denystage", exported.text))) == (200, 3)
    assert "denied" in (await admin.get("/if/flow/three/")).text
