"""Lists of the console, and what is asked before something is deleted."""

import pytest

from tests.contract.databases.make import make_device
from tests.people import OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN, with_tokens
from tests.unit.web.api.samples import make
from tests.unit.web.client import Visitor
from tests.unit.web.forms import fill
from tests.unit.web.house import House
from tests.unit.web.pages.html_tree import parse
from tests.unit.web.test_devices import user
from watchword.model.flow import Flow
from watchword.model.policy import ExpressionPolicy
from watchword.model.prompt import Prompt
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.prompt import PromptStage


@pytest.fixture
async def api(house: House) -> ApiCaller:
    return ApiCaller(await with_tokens(house), ADMIN)


async def names(admin: Visitor, path: str) -> list[str]:
    answer = await admin.get(f"/if/admin/{path}")
    assert answer.status == 200
    rows = parse(answer.text).all("ul", class_="rows")
    return [node.text for row in rows for node in row.all("bdi", class_="name")]


async def test_every_term_of_a_search_must_occur_in_any_letter_case(api: ApiCaller, admin: Visitor) -> None:
    for name in ("Ärzte only", "night shift", "night only"):
        await make(api, ExpressionPolicy, name)
    assert await names(admin, "policies/?search=only%20NIGHT") == ["night only"]
    assert await names(admin, "policies/?search=%C3%A4RZTE") == ["Ärzte only"]
    assert await names(admin, "policies/?search=nothing%20of%20it") == []
    assert "Show all" in (await admin.get("/if/admin/policies/?search=%3Cb%3E")).text


async def test_a_list_comes_in_pages_of_fifty(api: ApiCaller, admin: Visitor) -> None:
    for number in range(53):
        await make(api, Prompt, f"zz-{number:02}")
    first, second = await names(admin, "prompts/?search=zz-"), await names(admin, "prompts/?search=zz-&page=2")
    assert (len(first), second) == (50, ["zz-50", "zz-51", "zz-52"])
    assert await names(admin, "prompts/?search=zz-&page=99") == second
    for page in ("0", "-1", "x", "", "9" * 300):
        assert await names(admin, f"prompts/?search=zz-&page={page}") == first


async def test_a_row_says_what_uses_it(api: ApiCaller, admin: Visitor) -> None:
    prompt = await make(api, Prompt, "phone")
    await api.post("/stages/prompt/stages/", {"name": "ask", "fields": [prompt["pk"]]})
    page = parse((await admin.get("/if/admin/stages/?search=ask%20prompt")).text)
    assert "Prompt Stage · not used yet" in page.one("ul", class_="rows").text
    edit = (await admin.get(f"/if/admin/prompts/{prompt['pk']}/edit/")).text
    assert "Used by" in edit
    assert "ask" in parse(edit).one("ul", class_="rows").text


async def test_what_goes_with_it_is_said_before_anything_is_deleted(api: ApiCaller, admin: Visitor) -> None:
    flow, policy = await make(api, Flow, "doomed"), await make(api, ExpressionPolicy, "guard")
    await api.post("/policies/bindings/", {"target": flow["pk"], "policy": policy["pk"], "order": 0})
    url = f"/if/admin/flows/{flow['pk']}/delete/"
    asked = parse((await admin.get(url)).text)
    assert "Delete doomed (doomed)?" in asked.text
    assert "These go with it:" in asked.text
    assert (await fill(admin, url)).header("location") == "/if/admin/flows/"
    assert "doomed (doomed) was deleted." in (await admin.get("/if/admin/flows/")).text
    assert (await admin.get(url)).status == 404
    assert await names(admin, "policies/?search=guard") == ["guard"]


async def test_what_something_needs_is_not_deleted(api: ApiCaller, admin: Visitor, house: House) -> None:
    prompt = await make(api, Prompt, "phone")
    await api.post("/stages/prompt/stages/", {"name": "ask", "fields": [prompt["pk"]]})
    refused = await fill(admin, f"/if/admin/prompts/{prompt['pk']}/delete/")
    assert refused.status == 400
    assert "“ask” would not be valid" in refused.text
    assert house.services.configuration.snapshot.find(PromptStage, name="ask").fields == [prompt["pk"]]  # type: ignore[union-attr] # it is there


async def test_devices_are_counted_and_lost_only_when_it_is_said(house: House, api: ApiCaller, admin: Visitor) -> None:
    stage, owner = await make(api, AuthenticatorSMSStage, "sms"), await user(house, OWNER)
    await house.services.database.run(make_device, owner.id, stage_pk=stage["pk"])
    url = f"/if/admin/stages/{stage['pk']}/delete/"
    assert "1 device was enrolled at this stage." in (await admin.get(url)).text
    assert (await fill(admin, url)).status == 400
    assert len(await house.rows("SELECT id FROM sms_device")) == 1
    assert (await fill(admin, url, force="true")).status == 303
    assert await house.rows("SELECT id FROM sms_device") == []
