"""The first page of the console: what it shows of a real system, and to whom."""

from datetime import timedelta
from typing import Any

import pytest

from tests.people import OTHER, OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN, with_tokens
from tests.unit.web.api.samples import make
from tests.unit.web.client import Visitor
from tests.unit.web.forms import fill
from tests.unit.web.house import House
from tests.unit.web.pages.html_tree import Node, parse
from watchword.money import Price
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.storage.deliveries import confirm_delivery, record_delivery
from watchword.storage.events import write_event
from watchword.web.pages.console.overview import SHOWN_PROBLEMS

URL, DIRECT = "/if/admin/", "/if/flow/sms-enrollment-direct/"


@pytest.fixture
async def api(house: House) -> ApiCaller:
    return ApiCaller(await with_tokens(house), ADMIN)


async def record(house: House, hours: float = 0, **values: Any) -> None:
    given = {"now": house.clock() - timedelta(hours=hours), "gateway": "generic", "outcome": "sent", **values}
    await house.services.database.run(record_delivery, **given)


async def overview(admin: Visitor) -> Node:
    answer = await admin.get(URL)
    assert answer.status == 200
    return parse(answer.text)


def section(page: Node, name: str) -> Node:
    (found,) = [one for one in page.all("section") if one.attrs.get("aria-labelledby") == name]
    return found


def facts(page: Node, span: str) -> dict[str, str]:
    told = section(page, f"span-{span}").one("dl")
    return dict(zip([dt.text for dt in told.all("dt")], [dd.text for dd in told.all("dd")], strict=True))


async def test_the_overview_is_for_superusers(house: House, owner: Visitor) -> None:
    await record(house)
    assert (await owner.get(URL)).status == 403
    assert (await house.visitor().get(URL)).status == 303


async def test_it_says_what_is_missing_and_where_to_mend_it(api: ApiCaller, admin: Visitor) -> None:
    page = await overview(admin)
    assert "No gateway yet" in page.text
    assert "Public URL unset" in page.text
    await make(api, AuthenticatorSMSStage, "real")
    page = await overview(admin)
    assert "No gateway yet" not in page.text
    assert "“real” stands in no flow" in page.text


async def test_where_nothing_was_sent_it_says_so_in_words(admin: Visitor) -> None:
    page = await overview(admin)
    assert "Nothing was sent in the last 30 days." in page.text
    assert page.all("svg", class_="plot") == page.all("table") == []
    assert "Nothing." in section(page, "problems").text


async def test_messages_are_drawn_and_stand_in_a_table(house: House, admin: Visitor) -> None:
    for hours, values in (
        (1, {"code_id": 1}),
        (1, {"code_id": 2}),
        (30, {}),
        (30, {"outcome": "failed"}),
        (960, {}),
    ):
        await record(house, hours, **values)
    await house.services.database.run(confirm_delivery, 1, house.clock())
    page = await overview(admin)
    assert facts(page, "day")["Sent"] == "2"
    assert facts(page, "day")["Confirmed"] == "1 of 2 (50%)"
    assert (facts(page, "week")["Sent"], facts(page, "week")["Failed"]) == ("3", "1")
    assert facts(page, "month") == facts(page, "week")
    day = section(page, "span-day")
    assert day.one("svg").attrs["aria-label"] == "Last 24 hours: 2 sent, 1 confirmed, 0 failed."
    bars = [title.text for title in day.all("title")]
    assert len(bars) == 24
    assert bars[-2].replace("\u202f", " ") == "11:00 AM: 2 sent, 1 confirmed, 0 failed"
    rows = [[cell.text for cell in row.children if isinstance(cell, Node)] for row in day.one("tbody").all("tr")]
    assert [[text.replace("\u202f", " ") for text in row] for row in rows] == [["11:00 AM", "2", "1", "0"]]


async def test_a_span_without_a_message_says_so_beside_those_with_one(house: House, admin: Visitor) -> None:
    await record(house, 100)
    page = await overview(admin)
    assert section(page, "span-day").text == "Last 24 hours No message."
    assert facts(page, "week")["Sent"] == "1"


async def test_it_says_what_codes_cost(house: House, admin: Visitor) -> None:
    for code_id in (1, 2, 3):
        await record(house, code_id=code_id, price=Price(7_500, "EUR"), segments=2, country="DE")
    for code_id in (1, 2):
        await house.services.database.run(confirm_delivery, code_id, house.clock())
    told = facts(await overview(admin), "day")
    assert (told["Segments"], told["Cost"], told["A confirmed code costs"]) == ("6", "€0.045", "€0.0225")


async def test_a_stage_without_a_price_is_named_with_the_way_to_set_it(
    house: House, api: ApiCaller, admin: Visitor
) -> None:
    stage = await make(api, AuthenticatorSMSStage, "dear")
    form = f"/if/admin/stages/{stage['pk']}/edit/"
    (link,) = [link for link in (await overview(admin)).all("a") if "segment_price" in link.attrs.get("href", "")]
    assert (link.attrs["href"], link.text) == (f"{form}#f-segment_price", "Set the price of dear")
    assert 'id="f-segment_price"' in (await admin.get(form)).text
    refused = await fill(admin, form, segment_price="0,01")
    assert refused.status == 400
    assert "Write the price as 0.0075, without the currency." in refused.text
    assert "Say which currency" in (await fill(admin, form, segment_price="0.01")).text
    assert (await fill(admin, form, segment_price="0.01", currency="EUR")).status == 303
    assert "Set the price" not in (await overview(admin)).text
    changed = house.services.configuration.snapshot.get(stage["pk"], AuthenticatorSMSStage)
    assert changed
    assert changed.price == Price(10_000, "EUR")


async def test_a_real_code_that_is_entered_raises_the_conversion(house: House, owner: Visitor, admin: Visitor) -> None:
    """From the page where a number is added to the page where it is counted."""
    await owner.fill_in(DIRECT, phone_number=OWNER.number)
    told = facts(await overview(admin), "day")
    assert told["Confirmed"] == "0 of 1 (0%)"
    await owner.fill_in(DIRECT, code=house.code_for(OWNER))
    page = await overview(admin)
    assert facts(page, "day")["Confirmed"] == "1 of 1 (100%)"
    assert "Germany" in section(page, "by-country").text


async def test_problems_are_told_without_numbers_and_no_more_than_can_be_read(house: House, admin: Visitor) -> None:
    for number in range(SHOWN_PROBLEMS + 2):
        for hours in (1, 200):
            await house.services.database.run(
                write_event,
                action="sms_send_failed",
                now=house.clock() - timedelta(hours=hours, minutes=number),
                message=f"Message {number} to {OWNER.number} failed",
                context={"category": "network", "detail": f"<b>{OTHER.number}</b>"},
            )
    page = await overview(admin)
    told = section(page, "problems")
    assert [one.text.split()[1] for one in told.all("p", class_="name")] == ["0", "1", "2", "3", "4"]
    assert "And 2 more kinds of problem." in told.text
    assert "See that this server can reach the gateway’s address" in told.text
    assert OWNER.number not in page.text
    assert OTHER.number not in page.text
    assert told.all("time")[0].attrs["title"].startswith("Mar 1, 2026")


async def test_a_stage_whose_messages_fail_is_told_until_one_goes_out(
    house: House, api: ApiCaller, admin: Visitor
) -> None:
    stage = await make(api, AuthenticatorSMSStage, "broken")
    failed = {"outcome": "failed", "category": "configuration", "stage_pk": stage["pk"]}
    for hours in (3, 2, 1):
        await record(house, hours, **failed)
    assert "The last 3 messages of “broken” all failed" in (await overview(admin)).text
    await record(house, stage_pk=stage["pk"])
    assert "all failed" not in (await overview(admin)).text
