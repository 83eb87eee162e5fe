"""Trying a gateway from the console: the message that was asked for goes out, and no other."""

import pytest

from tests.people import OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN, with_tokens
from tests.unit.web.api.samples import make
from tests.unit.web.client import Answer, Visitor
from tests.unit.web.forms import fill, filled
from tests.unit.web.house import House
from tests.unit.web.pages.html_tree import parse
from watchword.administration.sending import PER_HOUR
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.deny import DenyStage


@pytest.fixture
async def api(house: House) -> ApiCaller:
    return ApiCaller(await with_tokens(house), ADMIN)


async def url(api: ApiCaller, cls: type, section: str, **values: str) -> str:
    return f"/if/admin/{section}/{(await make(api, cls, 'one', **values))['pk']}/try/"


def facts(page: Answer) -> dict[str, str]:
    told = parse(page.text).one("dl", class_="facts")
    return dict(zip([dt.text for dt in told.all("dt")], [dd.text for dd in told.all("dd")], strict=True))


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
