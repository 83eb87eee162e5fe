"""Messages: found by what became of them, looked into with the gateway's answer, and never with a secret."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from tests.doubles.gateway import GatewayDouble
from tests.people import OTHER, OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN, with_tokens
from tests.unit.web.api.samples import make
from tests.unit.web.client import Visitor
from tests.unit.web.console.bench import deliver, facts, file_of, link, row_nodes, rows
from tests.unit.web.forms import fill
from tests.unit.web.house import House
from tests.unit.web.pages.html_tree import parse
from tests.unit.web.test_devices import user
from watchword.gateways.twilio.errors import MEANINGS
from watchword.money import Price
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.storage import newest
from watchword.storage.events import write_event
from watchword.web.pages.console.people.addresses import user_url

LIST = "/if/admin/messages/"
FILE = f"{LIST}csv/"


@pytest.fixture
def double() -> Iterator[GatewayDouble]:
    with GatewayDouble() as double:
        yield double


@pytest.fixture
async def api(house: House) -> ApiCaller:
    return ApiCaller(await with_tokens(house), ADMIN)


async def test_nothing_was_sent_yet(admin: Visitor) -> None:
    page = parse((await admin.get(LIST)).text)
    assert "No message was sent yet." in page.text
    assert page.all("table") == []
    assert "stay until somebody deletes them" in page.text


async def test_a_row_says_what_was_sent_and_what_became_of_it(house: House, api: ApiCaller, admin: Visitor) -> None:
    stage = await make(api, AuthenticatorSMSStage, "Main gate")
    await deliver(house, stage_pk=stage["pk"], segments=2)
    house.clock.pass_by(hours=1)
    failed = {"outcome": "failed", "category": "number", "masked": "", "purpose": "test", "duration_ms": 2345}
    number = await deliver(house, OTHER, country=None, gateway="generic", stage_pk="gone", **failed)
    later, earlier = await rows(admin, LIST)
    assert earlier == [
        "2026-03-01 12:00:00Adding a phone",
        "Sent",
        "+49 ••• ••13 Germany",
        OWNER.username,
        "Twilio Main gate",
        "2",
        "140 ms",
    ]
    assert later[:3] == ["2026-03-01 13:00:00Test message", "Failed wrong number", "Number not kept"]
    assert later[4:] == ["Any HTTP endpoint a deleted stage", "1", "2.3 s"]
    first, _ = await row_nodes(admin, LIST)
    assert [node.attrs["href"] for node in first.all("a")] == [
        f"{LIST}{number}/",
        user_url((await user(house, OTHER)).id),
    ]


async def test_a_code_that_came_back_says_that_the_message_arrived(house: House, admin: Visitor) -> None:
    numbers = [
        await deliver(house, outcome="failed", category="network"),
        *[await deliver(house) for _ in range(2)],
    ]
    await house.write("UPDATE delivery SET confirmed = '2026-03-01 12:00:23.5+00:00' WHERE id < :id", id=numbers[2])
    waiting, sent, failed = [row[1] for row in await rows(admin, LIST)]
    assert (waiting, sent, failed) == (
        "Sent",
        "Sent code entered within 24 seconds",
        "Failed code entered within 24 seconds",
    )
    assert len(await rows(admin, f"{LIST}?code=yes")) == len(await file_of(admin, f"{FILE}?code=yes")) == 2
    assert len(await rows(admin, f"{LIST}?code=no")) == 1
    assert (await admin.get(f"{LIST}?code=perhaps")).status == 400
    for number in numbers[:2]:
        page = parse((await admin.get(f"{LIST}{number}/")).text).text
        assert "The message arrived: its code was entered within 24 seconds." in page
    assert [row["confirmed"] for row in await file_of(admin, FILE)] == ["", *["2026-03-01T12:00:23Z"] * 2]


async def test_what_a_message_cost_is_said_where_it_is_known(house: House, admin: Visitor) -> None:
    known = await deliver(house, segments=3, price=Price(7_500, "USD"))
    unknown = await deliver(house)
    assert facts(await admin.get(f"{LIST}{known}/"))["Cost"] == "$0.0225"
    assert "Cost" not in facts(await admin.get(f"{LIST}{unknown}/"))
    assert [(row["cost"], row["currency"]) for row in await file_of(admin, FILE)] == [("", ""), ("0.0225", "USD")]


@pytest.fixture
async def many(house: House, api: ApiCaller) -> dict[str, str]:
    """Messages by what makes each of them special."""
    stage = (await make(api, AuthenticatorSMSStage, "Main gate"))["pk"]
    special: dict[str, dict[str, Any]] = {
        "failed": {"outcome": "failed", "category": "route"},
        "notice": {"purpose": "notice"},
        "demo": {"gateway": "demo"},
        "staged": {"stage_pk": stage},
        "french": {"country": "FR"},
        "named": {"provider_id": "SM1"},
        "late": {},
    }
    for name, values in special.items():
        when = house.clock() + timedelta(days=2 if name == "late" else 0)
        whose = OTHER if name == "late" else OWNER
        await deliver(house, whose, **{"provider_id": name, "now": when, **values})
    return {"stage": stage, "user": str((await user(house, OTHER)).id)}


FILTERS: list[tuple[str, list[str]]] = [
    ("", ["late", "SM1", "french", "staged", "demo", "notice", "failed"]),
    ("outcome=failed", ["failed"]),
    ("reason=route", ["failed"]),
    ("reason=number", []),
    ("purpose=notice", ["notice"]),
    ("gateway=demo", ["demo"]),
    ("stage={stage}", ["staged"]),
    ("country=FR", ["french"]),
    ("search=SM1", ["SM1"]),
    ("search=%20SM1%20", ["SM1"]),
    ("search=sm1", []),
    ("username=oscar", ["late"]),
    ("username=OSCAR", ["late"]),
    ("user={user}", ["late"]),
    ("user={user}&username=olivia&outcome=failed", ["failed"]),
    ("user=999999", []),
    ("from=2026-03-02", ["late"]),
    ("from=2026-03-03&to=2026-03-03", ["late"]),
    ("to=2026-03-02&gateway=twilio&country=DE&outcome=sent", ["SM1", "staged", "notice"]),
    ("outcome=&from=&to=&username=&search=&before=x", ["late", "SM1", "french", "staged", "demo", "notice", "failed"]),
]


async def test_messages_are_found_by_each_of_their_facts_and_saved_as_they_were_asked(
    admin: Visitor, many: dict[str, str]
) -> None:
    for query, expected in FILTERS:
        asked = f"?{query.format(**many)}"
        ids = [node.all("a")[0].attrs["href"] for node in await row_nodes(admin, LIST + asked)]
        found = [facts(await admin.get(one))["The provider’s id"] for one in ids]
        assert found == expected, query
        assert [row["provider_id"] for row in await file_of(admin, FILE + asked)] == expected, query


WRONG: list[tuple[str, str]] = [
    ("from=2026-02-30", "There is no such day."),
    ("to=2026-13-01", "There is no such day."),
    ("from=9999-12-31", "There is no such day."),
    ("from=0001-01-01", "There is no such day."),
    ("from=%D9%A2026-01-01", "There is no such day."),
    (f"from={'9' * 400}", "There is no such day."),
    ("from=2026-03-02&to=2026-03-01", "This day comes before the first."),
    ("outcome=perhaps", "There is no such choice."),
    ("gateway=%F0%9F%98%80", "There is no such choice."),
    ("stage=6ba7b810-9dad-11d1-80b4-00c04fd430c8", "There is no such choice."),
    ("country=de", "There is no such choice."),
    ("username=nobody%20at%20all", "Nobody has this user name."),
]


async def test_what_cannot_be_asked_is_said_at_its_field_and_shows_nothing(house: House, admin: Visitor) -> None:
    await deliver(house)
    for query, words in WRONG:
        for path in (LIST, FILE):
            answer = await admin.get(f"{path}?{query}")
            assert answer.status == 400, (path, query)
            page = parse(answer.text)
            assert [words in node.text for node in page.all("p", class_="error")] == [True], query
            assert page.all("table") == []
            assert "Nothing is shown until the filters are mended." in page.text
    assert await house.rows("SELECT id FROM event WHERE action = 'data_exported'") == []


@pytest.mark.parametrize("value", ["%00", "%F0%9F%98%80", "x" * 5000, "%27%20OR%201=1", "%ff", "%ED%A0%80", "%25", "_"])
async def test_whatever_is_asked_is_answered(house: House, admin: Visitor, value: str) -> None:
    await deliver(house)
    for name in ("search", "user", "username", "outcome", "stage", "from", "before", "nothing"):
        for path in (LIST, FILE):
            assert (await admin.get(f"{path}?{name}={value}")).status in (200, 400), (path, name)


async def test_older_messages_are_a_page_away_and_keep_what_was_asked(house: House, admin: Visitor) -> None:
    for number in range(53):
        await deliver(house, provider_id=f"SM{number}")
    first = await admin.get(f"{LIST}?outcome=sent")
    assert len(parse(first.text).one("tbody").all("tr")) == 50
    older = link(first, "Older")
    assert older.startswith(f"{LIST}?outcome=sent&before=")
    second = await admin.get(older)
    assert len(parse(second.text).one("tbody").all("tr")) == 3
    assert link(second, "The newest") == f"{LIST}?outcome=sent"
    assert "Older" not in parse(second.text).text
    assert "53 messages" in (await admin.get(LIST)).text
    assert (await admin.get(f"{LIST}?before=1")).text.count("There are no older ones.") == 1
    assert len(await file_of(admin, f"{FILE}?outcome=sent&before=5")) == 53


async def test_a_search_that_ends_early_says_so_and_goes_on(
    house: House, admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newest, "LOOKED_AT", 2)
    await deliver(house, gateway="demo", provider_id="the one")
    for _ in range(3):
        await deliver(house)
    first = await admin.get(f"{LIST}?gateway=demo")
    assert "messages that were looked through fits." in parse(first.text).text
    second = await admin.get(link(first, "Look further back"))
    assert len(parse(second.text).one("tbody").all("tr")) == 1
    # A file has all of them, however far back.
    assert [row["provider_id"] for row in await file_of(admin, f"{FILE}?gateway=demo")] == ["the one"]


async def test_a_failure_says_what_it_means_and_what_to_do(house: House, api: ApiCaller, admin: Visitor) -> None:
    stage = await make(api, AuthenticatorSMSStage, "Main gate")
    known: dict[str, Any] = {"category": "configuration", "error_code": 20003, "status": 401, "provider_id": "SM1"}
    number = await deliver(house, outcome="failed", stage_pk=stage["pk"], answer='{"code": 20003}', **known)
    owner = await user(house, OWNER)
    context = {"delivery": number, "category": "configuration"}
    event: dict[str, Any] = {"action": "sms_send_failed", "user": owner, "message": "It was not sent"}
    await house.services.database.run(write_event, now=house.clock(), context=context, **event)
    await house.services.database.run(write_event, now=house.clock(), context={"delivery": number + 1}, **event)
    page = await admin.get(f"{LIST}{number}/")
    told = facts(page)
    assert told["What it means"].startswith("The gateway does not take what the stage tells it")
    assert told["More closely"] == MEANINGS[20003].hint
    assert set(told) > {"What to do", "Whose move it is"}
    assert (told["To"], told["Country"], told["HTTP status"]) == ("+49 ••• ••13", "Germany", "401")
    assert link(page, "Main gate") == f"/if/admin/stages/{stage['pk']}/edit/"
    assert link(page, OWNER.username) == user_url(owner.id)
    assert link(page, "20003 (in a new tab)") == "https://www.twilio.com/docs/api/errors/20003"
    assert parse(page.text).one("pre").text == '{"code": 20003}'
    [left] = parse(page.text).one("ul", class_="rows").all("a")
    assert facts(await admin.get(left.attrs["href"]))["Delivery"] == str(number)


async def test_of_what_is_gone_the_page_says_so(house: House, admin: Visitor) -> None:
    number = await deliver(house, user_id=999_999, stage_pk="gone", outcome="failed", category="of another version")
    told = facts(await admin.get(f"{LIST}{number}/"))
    assert (told["User"], told["Stage"]) == ("User 999999, deleted", "a deleted stage")
    assert "What it means" not in told
    assert "of another version" in (await rows(admin, LIST))[0][1]


async def test_a_message_that_went_out_does_not_pretend_that_it_arrived(house: House, admin: Visitor) -> None:
    page = parse((await admin.get(f"{LIST}{await deliver(house)}/")).text)
    assert "Whether it arrived is for the gateway to know." in page.text
    assert "None was kept" in page.text


@pytest.mark.parametrize("number", ["0", "999999", "x", "%00", "9" * 300, "-1", "1%2F2", "²"])
async def test_an_unknown_message_is_not_found(house: House, admin: Visitor, number: str) -> None:
    await deliver(house)
    assert (await admin.get(f"{LIST}{number}/")).status == 404


async def test_a_gateway_that_repeats_all_it_was_told_leaves_no_secret_on_any_page_or_in_a_file(
    house: House, api: ApiCaller, admin: Visitor, double: GatewayDouble
) -> None:
    url = f"{double.url}/send?key=address-key"
    gate = {"provider": "generic", "account_sid": url, "auth": "s3cret-token", "auth_type": "bearer"}
    stage = await make(api, AuthenticatorSMSStage, "gate", **gate)
    for status in (200, 502):
        double.behave("echo_status", status)
        await fill(admin, f"/if/admin/stages/{stage['pk']}/try/", number=OWNER.number)
    text = double.requests[0].body.decode()
    hidden = [OWNER.number, OWNER.number[1:], OWNER.national.replace(" ", ""), "s3cret-token", "address-key"]
    nodes = await row_nodes(admin, LIST)
    seen = [(await admin.get(node.all("a")[0].attrs["href"])).text for node in nodes]
    seen += [(await admin.get(path)).text for path in (LIST, FILE, "/if/admin/events/", "/if/admin/events/csv/")]
    assert len(nodes) == 2
    assert all("authorization" in page for page in seen[:2])
    assert [secret for secret in hidden for page in seen if secret in page] == []
    assert quote(OWNER.number) not in "".join(seen)
    assert "Body" in text


async def test_a_file_has_every_fact_masked_and_no_formula(house: House, api: ApiCaller, admin: Visitor) -> None:
    stage = await make(api, AuthenticatorSMSStage, "=HYPERLINK(1)")
    await deliver(house, stage_pk=stage["pk"], outcome="failed", category="number", error_code=21211, answer='=1,"x"\n')
    [row] = await file_of(admin, FILE)
    assert row["when"] == "2026-03-01T12:00:00Z"
    assert row["number"] == "'+49 ••• ••13"
    assert (row["stage"], row["answer"]) == ("'=HYPERLINK(1)", '\'=1,"x"\n')
    assert (row["username"], row["error_code"], row["milliseconds"]) == (OWNER.username, "21211", "140")
    [event] = await house.rows("SELECT username, message FROM event WHERE action = 'data_exported'")
    assert (event["username"], "messages" in event["message"]) == (OTHER.username, True)
