"""Trying out from the console: what would happen is shown, and nothing does, but for the message that was asked for."""

import pytest

from tests.people import OWNER, STRANGER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN, with_tokens
from tests.unit.web.api.samples import make
from tests.unit.web.client import Answer, Visitor
from tests.unit.web.forms import fill, filled
from tests.unit.web.house import House
from tests.unit.web.pages.html_tree import parse
from watchword.administration.sending import PER_HOUR
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.deny import DenyStage

POLICY = """
if request.user.username != "olivia":
    ak_message("Only Olivia.")
    ak_logger.warning("refused", why="name")
    return False
return request.context["prompt_data"]["phone"].startswith(context.get("prefix", "+49"))
"""
MAPPING = 'return {"to": device.phone_number, "text": f"{token} for {user.username}"}'


@pytest.fixture
async def api(house: House) -> ApiCaller:
    return ApiCaller(await with_tokens(house), ADMIN)


async def url(api: ApiCaller, cls: type, section: str, **values: str) -> str:
    return f"/if/admin/{section}/{(await make(api, cls, 'one', **values))['pk']}/try/"


def facts(page: Answer) -> dict[str, str]:
    told = parse(page.text).one("dl", class_="facts")
    return dict(zip([dt.text for dt in told.all("dt")], [dd.text for dd in told.all("dd")], strict=True))


async def test_a_policy_is_tried_with_somebody_and_a_number(house: House, api: ApiCaller, admin: Visitor) -> None:
    target = await url(api, ExpressionPolicy, "policies", expression=POLICY)
    assert filled(await admin.get(target))["user"] == ["oscar"]
    before = await house.rows("SELECT id FROM event")
    yes = facts(await fill(admin, target, user=OWNER.username, number="+49 151"))
    assert (yes["Result"], yes["Messages"], yes["Log"]) == ("It passes.", "None.", "Nothing.")
    assert yes["Time"].endswith(" ms")
    no = facts(await fill(admin, target, user=OWNER.username, number="+33 6", context='{"prefix": "+44"}'))
    assert no["Result"] == "It does not pass."
    other = facts(await fill(admin, target, user="oscar"))
    assert other["Messages"] == "Only Olivia."
    assert "refused" in other["Log"]
    assert await house.rows("SELECT id FROM event") == before


async def test_a_policy_that_fails_says_where(api: ApiCaller, admin: Visitor) -> None:
    target = await url(api, ExpressionPolicy, "policies", expression="x = 1\nreturn x.nothing")
    assert "line 2" in facts(await fill(admin, target))["Messages"]


async def test_a_mapping_shows_what_would_be_posted(house: House, api: ApiCaller, admin: Visitor) -> None:
    target = await url(api, NotificationWebhookMapping, "mappings", expression=MAPPING)
    shown = facts(await fill(admin, target, user=OWNER.username, number=OWNER.number))
    assert shown["What is posted"] == f'{{ "to": "{OWNER.number}", "text": "042917 for {OWNER.username}" }}'
    assert house.services.sender.inbox() == []
    broken = await url_of_broken(api)
    assert "NameError" in facts(await fill(admin, broken))["What went wrong"]


async def url_of_broken(api: ApiCaller) -> str:
    made = await make(api, NotificationWebhookMapping, "broken", expression="return nothing")
    return f"/if/admin/mappings/{made['pk']}/try/"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"user": STRANGER.username + "?"}, "There is nobody of this user name."),
        ({"context": "{"}, "Write a JSON object, as {}."),
        ({"context": "[1]"}, "Write a JSON object, as {}."),
        ({"context": "[" * 9000}, "Write a JSON object, as {}."),
    ],
)
async def test_what_cannot_be_tried_is_said_at_the_field(
    api: ApiCaller, admin: Visitor, changes: dict[str, str], said: str
) -> None:
    refused = await fill(admin, await url(api, ExpressionPolicy, "policies"), **changes)
    assert refused.status == 400
    assert said in parse(refused.text).text
    assert "It was not tried." in refused.text


async def test_a_test_message_is_sent_and_its_number_masked(house: House, api: ApiCaller, admin: Visitor) -> None:
    target = await url(api, AuthenticatorSMSStage, "stages", provider="demo")
    assert filled(await admin.get(target))["number"] == [""]
    shown = facts(await fill(admin, target, number=OWNER.number))
    assert shown["Result"] == "Sent to +49 ••• ••13."
    assert [message.to for message in house.services.sender.inbox()] == [OWNER.number]
    refused = await fill(admin, target, number="+49 1")
    assert refused.status == 400
    assert len(house.services.sender.inbox()) == 1


async def test_test_messages_are_throttled(house: House, api: ApiCaller, admin: Visitor) -> None:
    target = await url(api, AuthenticatorSMSStage, "stages", provider="demo")
    for _ in range(PER_HOUR.count):
        assert (await fill(admin, target, number=OWNER.number)).status == 200
    last = await fill(admin, target, number=OWNER.number)
    assert last.status == 400
    assert "Too many test messages." in last.text
    assert len(house.services.sender.inbox()) == PER_HOUR.count


async def test_what_has_nothing_to_try_is_not_tried(api: ApiCaller, admin: Visitor) -> None:
    assert (await admin.get(await url(api, DenyStage, "stages"))).status == 404
    edit = (await url(api, ExpressionPolicy, "policies")).replace("/try/", "/edit/")
    assert "/try/" in (await admin.get(edit)).text
