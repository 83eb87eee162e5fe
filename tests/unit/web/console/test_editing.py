"""Objects are made, changed and deleted by forms: nothing is lost on the way, and what is wrong is said where it is."""

from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN, with_tokens
from tests.unit.web.api.samples import WRITABLE, make
from tests.unit.web.client import Visitor
from tests.unit.web.forms import fill, filled, send
from tests.unit.web.house import House
from watchword.model.base import ConfigObject
from watchword.model.flow import Flow
from watchword.model.policy import ExpressionPolicy
from watchword.model.prompt import Prompt
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.deny import DenyStage
from watchword.stages.prompt import PromptStage
from watchword.web.pages.console.sections import edit_url, kind_name, section_of

SMS = "/if/admin/stages/new/authenticatorsmsstage/"
every_model = pytest.mark.parametrize("cls", [one.cls for one in WRITABLE], ids=lambda cls: cls.__name__)


@pytest.fixture
async def api(house: House) -> ApiCaller:
    return ApiCaller(await with_tokens(house), ADMIN)


async def made(house: House, api: ApiCaller, cls: type[ConfigObject], **values: Any) -> ConfigObject:
    pk = (await make(api, cls, "sample", **values))["pk"]
    return house.services.configuration.snapshot.require(pk, cls)


def only(house: House, cls: type[ConfigObject], **values: Any) -> Any:
    found = house.services.configuration.snapshot.find(cls, **values)
    assert found is not None
    return found


@every_model
async def test_a_form_that_is_sent_as_it_was_opened_changes_nothing(
    house: House, api: ApiCaller, admin: Visitor, cls: type[ConfigObject]
) -> None:
    before = await made(house, api, cls)
    saved = await fill(admin, edit_url(before))
    assert (saved.status, saved.text) == (303, "")
    assert house.services.configuration.snapshot.require(before.pk, cls) == before


@every_model
async def test_every_kind_can_be_made(house: House, api: ApiCaller, admin: Visitor, cls: type[ConfigObject]) -> None:
    """With the values that another one has, under another name."""
    sample, section = await made(house, api, cls), section_of(cls)
    given = {name: value for name, value in filled(await admin.get(edit_url(sample))).items() if name != "version"}
    for field in ("name", "slug"):
        given |= {field: ["another"]} if field in given else {}
    given |= {"order": ["77"]} if "order" in given else {}
    given |= {"auth": ["a token"]} if "auth" in given else {}
    target = f"{section.url}new/{kind_name(cls)}/"
    done = await send(admin, target, given)
    assert done.status == 303, done.text[:2000]
    snapshot = house.services.configuration.snapshot
    [new] = [obj for obj in snapshot.all(cls) if obj.pk != sample.pk and getattr(obj, "order", 77) == 77
             and getattr(obj, "name", "another") == "another"]  # fmt: skip
    changed = {"pk": sample.pk} | {field: getattr(sample, field) for field in ("name", "slug", "order", "auth")
                                   if hasattr(sample, field)}  # fmt: skip
    assert msgspec.structs.replace(new, **changed) == sample


async def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(house: House, admin: Visitor) -> None:
    typed = {
        "name": "mine",
        "provider": "generic",
        "account_sid": "ftp://x",
        "code_length": "many",
    }
    refused = await fill(admin, SMS, **typed, tries_per_code="11")
    assert refused.status == 400
    for words in (
        "A valid integer is required.",
        "less than or equal to 10",
        'value="many"',
        'value="ftp://x"',
        "Nothing was saved.",
        "<title>Error: New SMS",
    ):
        assert words in refused.text, words
    again = await fill(admin, SMS, **{**typed, "code_length": "6"})
    assert "must start with http:// or https://" in again.text
    assert house.services.configuration.snapshot.find(AuthenticatorSMSStage, name="mine") is None


async def test_an_expression_that_does_not_parse_is_said_with_its_line(admin: Visitor) -> None:
    refused = await fill(admin, "/if/admin/policies/new/expressionpolicy/", name="p", expression="x = 1\nreturn x =")
    assert refused.status == 400
    assert "line 2" in refused.text
    assert "return x =" in refused.text


async def test_a_secret_is_never_on_a_page_and_stays_unless_it_is_replaced_or_taken_away(
    house: House, api: ApiCaller, admin: Visitor
) -> None:
    stage = await made(house, api, AuthenticatorSMSStage, auth="s3cret-token")
    page = await admin.get(edit_url(stage))
    assert "s3cret-token" not in page.text
    assert "Stored." in page.text
    for changes, expected in (
        ({"name": "renamed"}, "s3cret-token"),
        ({"auth": "another-token"}, "another-token"),
        ({"auth_clear": "true"}, ""),
    ):
        assert (await fill(admin, edit_url(stage), **changes)).status == 303
        assert only(house, AuthenticatorSMSStage, pk=stage.pk).auth == expected
    refused = await fill(admin, edit_url(stage), auth="typed-secret", account_sid="no")
    assert refused.status == 400
    assert "typed-secret" not in refused.text


async def test_of_two_who_change_one_thing_the_second_is_told(house: House, api: ApiCaller, admin: Visitor) -> None:
    stage = await made(house, api, DenyStage, deny_message="")
    form = filled(await admin.get(edit_url(stage)))
    await api.patch(f"/stages/deny/{stage.pk}/", {"deny_message": "theirs"})
    late = await send(admin, edit_url(stage), form | {"deny_message": ["mine"]})
    assert late.status == 400
    assert "Somebody changed this while you had it open." in late.text
    assert "mine" in late.text
    assert only(house, DenyStage, pk=stage.pk).deny_message == "theirs"


async def test_whoever_corrects_a_mistake_is_still_told_of_what_was_changed_meanwhile(
    house: House, api: ApiCaller, admin: Visitor
) -> None:
    stage = await made(house, api, DenyStage)
    form = filled(await admin.get(edit_url(stage)))
    await api.patch(f"/stages/deny/{stage.pk}/", {"deny_message": "theirs"})
    corrected = filled(await send(admin, edit_url(stage), form | {"name": [""]})) | {"name": ["mine"]}
    late = await send(admin, edit_url(stage), corrected)
    assert "Somebody changed this while you had it open." in late.text
    assert (await send(admin, edit_url(stage), filled(late))).status == 303
    assert only(house, DenyStage, pk=stage.pk).name == "mine"


async def test_lines_end_as_they_did(house: House, api: ApiCaller, admin: Visitor) -> None:
    policy = await made(house, api, ExpressionPolicy, expression="\nif True:\n\treturn True\nreturn False")
    assert (await fill(admin, edit_url(policy), name="renamed")).status == 303
    assert only(house, ExpressionPolicy, name="renamed").expression == policy.expression  # type: ignore[attr-defined] # it has one


async def test_several_are_chosen_by_boxes(house: House, api: ApiCaller, admin: Visitor) -> None:
    pks = [(await make(api, Prompt, name))["pk"] for name in ("one", "two", "three")]
    new = "/if/admin/stages/new/promptstage/"
    assert "This list may not be empty." in (await fill(admin, new, name="ask")).text
    assert (await fill(admin, new, name="ask", fields=[pks[0], pks[2]])).status == 303
    assert sorted(only(house, PromptStage, name="ask").fields) == sorted([pks[0], pks[2]])


async def test_a_stage_made_for_a_flow_is_its_last_step(house: House, api: ApiCaller, admin: Visitor) -> None:
    flow = await made(house, api, Flow)
    done = await fill(admin, f"/if/admin/stages/new/denystage/?flow={flow.pk}", name="no entry")
    [binding] = house.services.configuration.snapshot.stage_bindings(flow.pk)
    assert done.header("location") == f"/if/admin/flows/{flow.pk}/#step-{binding.pk}"
    page = (await admin.get(f"/if/admin/flows/{flow.pk}/")).text
    assert "no entry was made, and is the flow’s last step." in page
    assert binding.stage == only(house, DenyStage, name="no entry").pk


ELSEWHERE = ["https://evil.example/", "//evil.example/", "/if/admin/\\evil", "/if/user/", "/if/admin/\nx"]


@pytest.mark.parametrize("back", ELSEWHERE)
async def test_nobody_is_sent_away_after_saving(house: House, api: ApiCaller, admin: Visitor, back: str) -> None:
    stage = await made(house, api, DenyStage)
    done = await fill(admin, edit_url(stage), back=back)
    assert done.header("location") == edit_url(stage)
    page = await admin.get(f"{edit_url(stage)}?back={quote(back)}")
    assert filled(page)["back"] == [section_of(DenyStage).url]


async def test_a_form_without_its_token_changes_nothing(house: House, api: ApiCaller, admin: Visitor) -> None:
    stage = await made(house, api, DenyStage)
    refused = await fill(admin, edit_url(stage), name="stolen", _csrf="wrong")
    assert refused.status == 403
    assert only(house, DenyStage, pk=stage.pk).name == "sample"


@pytest.mark.parametrize(
    "path",
    [
        "stages/new/nothing/",
        "stages/6ba7b810-9dad-11d1-80b4-00c04fd430c8/edit/",
        "stages/x/edit/",
        "stages/%00/delete/",
        "flows/x/",
        "policies/new/denystage/",
        f"stages/{'9' * 300}/edit/",
    ],
)
async def test_what_is_not_there_is_said_so(admin: Visitor, path: str) -> None:
    answer = await admin.get(f"/if/admin/{path}")
    assert answer.status == 404
    assert "There is no such" in answer.text
