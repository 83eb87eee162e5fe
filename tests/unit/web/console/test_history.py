"""The history of the configuration: read by people, without secrets; undone one by one, or since a moment."""

from typing import Any

import pytest

from tests.contract.databases.make import make_device
from tests.people import OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN, with_tokens
from tests.unit.web.api.samples import make
from tests.unit.web.client import Answer, Visitor
from tests.unit.web.forms import fill
from tests.unit.web.house import House
from tests.unit.web.pages.html_tree import parse
from tests.unit.web.test_devices import user
from watchword.model.policy import ExpressionPolicy
from watchword.model.prompt import Prompt
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.deny import DenyStage

HISTORY = "/if/admin/history/"


@pytest.fixture
async def api(house: House) -> ApiCaller:
    return ApiCaller(await with_tokens(house), ADMIN)


def newest(house: House) -> str:
    return f"{HISTORY}{house.services.configuration.snapshot.revision}/"


def names(house: House) -> set[str]:
    return {stage.name for stage in house.services.configuration.snapshot.all(DenyStage)}


async def act(admin: Visitor, change: str, what: str) -> Answer:
    return await fill(admin, change, f"{change}{what}/")


async def test_the_newest_change_comes_first_with_who_made_it(house: House, api: ApiCaller, admin: Visitor) -> None:
    await make(api, DenyStage, "first")
    await make(api, DenyStage, "second")
    first, second = parse((await admin.get(HISTORY)).text).one("ul", class_="rows").all("a")[:2]
    assert "Created Deny Stage “second” ada" in first.text
    assert "first" in second.text
    assert first.attrs["href"] == newest(house)


async def test_a_change_says_what_it_was_before_and_is_after(house: House, api: ApiCaller, admin: Visitor) -> None:
    made = await make(api, DenyStage, "no", deny_message="Old words")
    await api.patch(f"/stages/deny/{made['pk']}/", {"deny_message": "<b>New</b> words"})
    page = parse((await admin.get(newest(house))).text)
    assert "Changed: no Deny Stage" in page.text
    assert (page.one("del").text, page.one("ins").text) == ("before: Old words", "after: <b>New</b> words")
    assert len(page.one("dl", class_="facts").all("dt")) == 1


async def test_a_long_text_is_compared_line_by_line(house: House, api: ApiCaller, admin: Visitor) -> None:
    policy = await make(api, ExpressionPolicy, "p", expression="a = 1\nb = 2\nreturn True")
    await api.patch(f"/policies/expression/{policy['pk']}/", {"expression": "a = 1\nb = 3\nreturn True"})
    lines = parse((await admin.get(newest(house))).text).one("ol", class_="diff").all("li")
    assert [line.text for line in lines] == ["a = 1", "before: b = 2", "after: b = 3", "return True"]


async def test_references_have_names_and_secrets_nothing(house: House, api: ApiCaller, admin: Visitor) -> None:
    prompt = await make(api, Prompt, "phone")
    await api.post("/stages/prompt/stages/", {"name": "ask", "fields": [prompt["pk"]]})
    assert "after: phone" in parse((await admin.get(newest(house))).text).text
    stage = await make(api, AuthenticatorSMSStage, "sms", auth="s3cret-one")
    await api.patch(f"/stages/authenticator/sms/{stage['pk']}/", {"friendly_name": "Phone"})
    only_name = (await admin.get(newest(house))).text
    assert "it is a secret" not in only_name
    await api.patch(f"/stages/authenticator/sms/{stage['pk']}/", {"auth": "s3cret-two"})
    page = (await admin.get(newest(house))).text
    assert "it is a secret" in page
    assert "s3cret" not in page + only_name


async def test_a_change_is_undone_and_so_is_the_undoing(house: House, api: ApiCaller, admin: Visitor) -> None:
    await make(api, DenyStage, "made")
    change = newest(house)
    assert (await act(admin, change, "undo")).header("location") == HISTORY
    assert "made" not in names(house)
    assert f"Change {change.split('/')[-2]} was undone." in (await admin.get(HISTORY)).text
    assert (await act(admin, newest(house), "undo")).status == 303
    assert "made" in names(house)
    actions = [event["event"] for event in await api.all("/events/events/?context_model_name=denystage")]
    assert actions == ["model_created", "model_deleted", "model_created"]


async def test_what_was_changed_since_is_said_before_it_is_lost(house: House, api: ApiCaller, admin: Visitor) -> None:
    made = await make(api, DenyStage, "no", deny_message="1")
    path = f"/stages/deny/{made['pk']}/"
    await api.patch(path, {"deny_message": "2"})
    second = newest(house)
    await api.patch(path, {"deny_message": "3"})
    assert "The same was changed again since." in (await admin.get(second)).text
    assert "The same was changed again since." not in (await admin.get(newest(house))).text
    await act(admin, second, "undo")
    assert (await api.get(path))["deny_message"] == "1"


async def test_everything_since_a_moment_is_taken_back(house: House, api: ApiCaller, admin: Visitor) -> None:
    kept = await make(api, DenyStage, "kept", deny_message="then")
    moment, before = newest(house), house.services.configuration.snapshot
    await api.patch(f"/stages/deny/{kept['pk']}/", {"deny_message": "later", "name": "renamed"})
    await make(api, DenyStage, "new")
    await api.delete(f"/stages/deny/{kept['pk']}/")
    assert (await act(admin, moment, "back")).status == 303
    after = house.services.configuration.snapshot
    assert {obj.pk: obj for obj in after.objects()} == {obj.pk: obj for obj in before.objects()}
    assert "Go back" not in (await admin.get(newest(house))).text


async def test_what_would_not_be_valid_is_refused_and_changes_nothing(
    house: House, api: ApiCaller, admin: Visitor
) -> None:
    prompt = await make(api, Prompt, "phone")
    change = newest(house)
    await api.post("/stages/prompt/stages/", {"name": "ask", "fields": [prompt["pk"]]})
    before = house.services.configuration.snapshot.revision
    refused = await act(admin, change, "undo")
    assert refused.status == 400
    assert "“ask” would not be valid" in refused.text
    assert house.services.configuration.snapshot.revision == before


async def test_devices_are_not_lost_by_undoing(house: House, api: ApiCaller, admin: Visitor) -> None:
    stage = await make(api, AuthenticatorSMSStage, "sms")
    change = newest(house)
    await house.services.database.run(make_device, (await user(house, OWNER)).id, stage_pk=stage["pk"])
    refused = await act(admin, change, "undo")
    assert refused.status == 400
    assert "1 device was enrolled at this stage" in refused.text
    assert len(await house.rows("SELECT id FROM sms_device")) == 1


async def test_a_form_without_its_token_undoes_nothing(house: House, api: ApiCaller, admin: Visitor) -> None:
    await make(api, DenyStage, "made")
    for what in ("undo", "back"):
        assert (await admin.submit(f"{newest(house)}{what}/", _csrf="wrong")).status == 403
    assert "made" in names(house)


@pytest.mark.parametrize("number", ["0", "999999", "-1", "x", "9" * 300, "1.5", "%00"])
async def test_an_unknown_change_is_not_found(admin: Visitor, number: str) -> None:
    answer: Any = await admin.get(f"{HISTORY}{number}/")
    assert answer.status == 404
    for what in ("undo", "back"):
        assert (await admin.submit(f"{HISTORY}{number}/{what}/")).status == 404


@pytest.mark.parametrize("page", ["0", "x", "-1", "9" * 300, "99"])
async def test_a_page_that_is_none_is_no_error(admin: Visitor, page: str) -> None:
    assert (await admin.get(f"{HISTORY}?page={page}")).status == 200
