"""The guided set-up: each step a real object, resumed from what there is, nothing made twice."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.people import OWNER
from tests.unit.web.client import Answer, Visitor
from tests.unit.web.conftest import OpenHouse
from tests.unit.web.forms import fill, filled, send
from tests.unit.web.house import House
from tests.unit.web.pages.html_tree import parse
from watchword.administration.sending import PER_HOUR
from watchword.model.flow import Flow
from watchword.phone import countries
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage

START = "/if/admin/start/"
GATEWAY, FLOW, MESSAGE, END = (f"{START}{part}/" for part in ("gateway", "flow", "message", "end"))
NOBODY_HOME = "http://127.0.0.1:9/none"
HTTP = {"provider": "generic", "account_sid": "https://gateway.example.org/send", "auth": "s3cret-token"}


@pytest.fixture
async def house(opened: OpenHouse) -> AsyncIterator[House]:
    """Not the demo: its gateways do not count."""
    async with opened(demo=False) as house:
        yield house


def stages(house: House, **values: Any) -> list[AuthenticatorSMSStage]:
    found = house.services.configuration.snapshot.all(AuthenticatorSMSStage)
    wanted = {"provider": "generic", **values}
    return [one for one in found if all(getattr(one, name) == value for name, value in wanted.items())]


def flows(house: House) -> list[str]:
    return sorted(flow.slug for flow in house.services.configuration.snapshot.all(Flow) if "add-phone" in flow.slug)


async def to(visitor: Visitor, path: str = START) -> str:
    return (await visitor.get(path)).header("location")


def heading(page: Answer) -> str:
    return parse(page.text).one("h1").text


def marks(page: Answer) -> list[str]:
    """The steps that are done, and in brackets the one that is shown."""
    links = parse(page.text).one("nav", class_="progress").all("a")
    return [f"[{link.text}]" if "aria-current" in link.attrs else link.text for link in links]


async def set_up(admin: Visitor, **changes: str) -> str:
    """The address of the second step, about the stage that was made."""
    done = await fill(admin, GATEWAY, **{**HTTP, **changes})
    assert done.status == 303, done.text
    return done.header("location")


async def test_it_leads_from_nothing_to_a_flow(house: House, admin: Visitor) -> None:
    assert await to(admin) == f"{GATEWAY}?stage=new"
    first = await admin.get(f"{GATEWAY}?stage=new")
    assert marks(first) == ["[Gateway]", "First flow", "Test message", "Done"]
    assert "Step 1 of 4" in first.text
    second = await set_up(admin)
    [stage] = stages(house)
    assert second == f"{FLOW}?stage={stage.pk}"
    assert (stage.name, stage.friendly_name, stage.auth) == ("sms", "Phone, by text message", "s3cret-token")
    assert await to(admin) == second
    assert marks(await admin.get(second)) == ["Gateway (done)", "[First flow]", "Test message", "Done"]
    third = (await fill(admin, second, title="Your phone", regions=["DE"])).header("location")
    assert third == f"{MESSAGE}?stage={stage.pk}" == await to(admin)
    shown = await admin.get(third)
    assert "The flow “Your phone” was made." in shown.text
    assert marks(shown) == ["Gateway (done)", "First flow (done)", "[Test message]", "Done"]
    assert flows(house) == ["add-phone"]
    owner = await house.signed_in(OWNER)
    assert "Phone, by text message" in (await owner.get("/if/user/")).text


async def test_the_first_page_leads_to_it_while_something_is_missing(admin: Visitor) -> None:
    links = {link.text: link.attrs["href"] for link in parse((await admin.get("/if/admin/")).text).all("a")}
    assert links["Set up step by step"] == links["Set one up, step by step"] == START


async def test_sent_twice_and_going_back_and_forth_make_one_of_each(house: House, admin: Visitor) -> None:
    form = filled(await admin.get(GATEWAY)) | {name: [value] for name, value in HTTP.items()}
    first, second = await send(admin, GATEWAY, form), await send(admin, GATEWAY, form)
    assert first.header("location") == second.header("location")
    assert len(stages(house)) == 1
    page = first.header("location")
    flow = filled(await admin.get(page))
    for _ in range(2):
        assert (await send(admin, FLOW, flow)).status == 303
    # The browser's way back shows the form that made it: it changes what it made.
    again = await send(admin, GATEWAY, form | {"from_number": ["Watchword"]})
    assert again.status == 303
    assert [one.from_number for one in stages(house)] == ["Watchword"]
    assert flows(house) == ["add-phone"]
    assert filled(await admin.get(GATEWAY))["account_sid"] == [HTTP["account_sid"]]


async def test_a_change_of_somebody_else_is_not_overwritten(house: House, admin: Visitor) -> None:
    await set_up(admin)
    stale = filled(await admin.get(GATEWAY))
    await fill(admin, GATEWAY, from_number="theirs")
    late = await send(admin, GATEWAY, stale | {"from_number": ["mine"]})
    assert late.status == 400
    assert "Somebody changed this while you had it open." in late.text
    assert "mine" in late.text
    assert [one.from_number for one in stages(house)] == ["theirs"]


async def test_what_the_step_does_not_ask_stays(house: House, admin: Visitor) -> None:
    await set_up(admin)
    [stage] = stages(house)
    edit = f"/if/admin/stages/{stage.pk}/edit/"
    await fill(admin, edit, mobile_only="true", sends_per_day="3", message="{code}", api_key_sid="SK1")
    await fill(admin, GATEWAY, from_number="Watchword")
    [after] = stages(house)
    assert (after.mobile_only, after.sends_per_day, after.message, after.api_key_sid) == (True, 3, "{code}", "SK1")
    assert (after.from_number, after.auth) == ("Watchword", "s3cret-token")
    assert f'href="{edit}"' in (await admin.get(GATEWAY)).text


async def test_a_secret_never_comes_back_to_the_page(admin: Visitor) -> None:
    refused = await fill(admin, GATEWAY, **{**HTTP, "account_sid": "ftp://x"})
    assert refused.status == 400
    assert "s3cret-token" not in refused.text
    assert 'value="ftp://x"' in refused.text
    assert "must start with http:// or https://" in refused.text
    assert heading(refused) == "What carries your messages?"
    await set_up(admin)
    assert "s3cret-token" not in (await admin.get(GATEWAY)).text


CHECK = f"{GATEWAY}check/"


async def test_the_credentials_are_checked_without_keeping_anything(house: House, admin: Visitor) -> None:
    form = filled(await admin.get(GATEWAY)) | {name: [value] for name, value in HTTP.items()}
    checked = await send(admin, CHECK, form | {"account_sid": [NOBODY_HOME]})
    assert checked.status == 200
    page = parse(checked.text)
    assert "Wrong:" in page.by_id("check-result").text
    assert "Nothing was saved" not in page.text
    assert stages(house) == []
    again = filled(checked)
    assert (again["stage"], again["account_sid"], again["auth"]) == (form["stage"], [NOBODY_HOME], [""])
    assert "s3cret-token" not in checked.text
    assert "type it again before you save" in page.text
    refused = await send(admin, CHECK, form | {"account_sid": ["ftp://x"]})
    assert refused.status == 400
    assert "It was not checked." in refused.text
    assert (await send(admin, GATEWAY, form)).status == 303
    assert [one.account_sid for one in stages(house)] == [HTTP["account_sid"]]


async def test_a_gateway_that_is_there_is_checked_with_what_is_stored(house: House, admin: Visitor) -> None:
    await set_up(admin, account_sid=NOBODY_HOME)
    form = filled(await admin.get(GATEWAY))
    checked = await send(admin, CHECK, form)
    assert checked.status == 200
    assert filled(checked)["version"] == form["version"]
    moved = await send(admin, CHECK, form | {"account_sid": ["http://127.0.0.1:9/elsewhere"]})
    assert "and to no other one" in parse(moved.text).by_id("check-result").text
    assert (await send(admin, CHECK, form | {"stage": ["x"]})).status == 404


async def test_the_steps_of_a_set_up_stand_at_the_fields(admin: Visitor) -> None:
    page = parse((await admin.get(GATEWAY)).text)
    twilio = [node for node in page.all("div", class_="guide") if node.attrs["data-for"] == "twilio"]
    assert [int(node.one("ol").attrs["start"]) for node in twilio] == [1, 2, 6, 7, 8]


async def test_only_gateways_that_send_can_be_chosen(house: House, admin: Visitor) -> None:
    page = await admin.get(GATEWAY)
    assert [option.attrs["value"] for option in parse(page.text).by_id("f-provider").all("option")] == [
        "", "twilio", "generic"]  # fmt: skip
    assert "demo-sms" not in page.text
    shown = filled(page).keys() - {"_csrf", "_step", "stage", "version"}
    assert shown == {
        "provider", "account_sid", "from_number", "auth_type", "api_key_sid", "auth", "auth_password"}  # fmt: skip


async def test_in_the_demo_the_handset_will_do(opened: OpenHouse) -> None:
    async with opened(demo=True) as house:
        admin = await house.signed_in(OWNER)
        await house.write("INSERT INTO user_group VALUES ('g', 'all', true, NULL, '{}')")
        await house.write(
            "INSERT INTO membership SELECT id, 'g' FROM users WHERE username = :name", name=OWNER.username
        )
        page = await admin.get(GATEWAY)
        assert "demo" in [option.attrs["value"] for option in parse(page.text).by_id("f-provider").all("option")]
        assert "This is “demo-sms”." in parse(page.text).text
        second = await fill(admin, f"{GATEWAY}?stage=new", provider="demo")
        third = (await fill(admin, second.header("location"))).header("location")
        sent = await fill(admin, third, phone_number=OWNER.number)
        assert "Sent to +49 ••• ••13." in parse(sent.text).one("section", class_="alert success").text
        assert [message.to for message in house.services.sender.inbox()] == [OWNER.number]
        end = await admin.get(third.replace(MESSAGE, END))
        assert heading(end) == "It is set up"
        assert OWNER.number not in end.text


async def test_several_gateways_are_told_apart(house: House, admin: Visitor) -> None:
    await set_up(admin)
    second = await fill(admin, f"{GATEWAY}?stage=new", **HTTP)
    assert sorted(one.name for one in stages(house)) == ["sms", "sms-2"]
    other = next(one for one in stages(house) if one.name == "sms-2")
    assert second.header("location") == f"{FLOW}?stage={other.pk}"
    page = parse((await admin.get(GATEWAY)).text)
    assert "This is “sms”." in page.text
    assert [link.attrs["href"] for link in page.one("main").all("a") if link.text.startswith("sms-2")] == [
        f"{GATEWAY}?stage={other.pk}"
    ]
    await fill(admin, second.header("location"))
    await fill(admin, f"{FLOW}?stage={next(one for one in stages(house) if one.name == 'sms').pk}")
    assert flows(house) == ["add-phone", "add-phone-2"]


async def test_every_step_can_be_skipped_and_come_back_to(admin: Visitor) -> None:
    for path in (GATEWAY, FLOW, MESSAGE, END):
        page = parse((await admin.get(path)).text).one("main")
        links = {link.text: link.attrs["href"].partition("?")[0] for link in page.all("a")}
        assert [links[title] for title in ("Gateway", "First flow", "Test message", "Done")] == [
            GATEWAY, FLOW, MESSAGE, END]  # fmt: skip
        assert ("Skip this step" in links) == (path != END)
        assert ("Back" in links) == (path != GATEWAY)
    assert "A flow needs something that sends the code." in (await admin.get(FLOW)).text
    assert "There is nothing yet that could send one." in (await admin.get(MESSAGE)).text
    end = parse((await admin.get(END)).text).text
    for words in ("What there is, and what is missing", "No gateway yet", "Public URL unset"):
        assert words in end


async def test_without_a_gateway_nothing_is_made_or_sent(house: House, admin: Visitor) -> None:
    form = {"_csrf": admin.cookies["authentik_csrf"], "title": "T", "asks": "prompt", "stage": ""}
    assert (await admin.submit(FLOW, **form)).status == 404
    assert (await admin.submit(FLOW, **form | {"stage": "x" * 300})).status == 404
    assert (await admin.submit(MESSAGE, **form, phone_number=OWNER.number)).status == 200
    assert flows(house) == []
    assert await house.rows("SELECT id FROM delivery") == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "This field may not be blank."),
        ({"title": "x" * 101}, "no more than 100 characters"),
        ({"title": "a\x00"}, "Null characters"),
        ({"asks": "nobody"}, "is not a valid choice"),
        ({"regions": ["XX"]}, "Choose from the list."),
        ({"regions": ["a\x00"]}, "Null characters"),
    ],
)
async def test_what_is_wrong_with_the_flow_is_said(
    house: House, admin: Visitor, changes: dict[str, Any], said: str
) -> None:
    page = await set_up(admin)
    refused = await fill(admin, page, **{"title": "Ours", "regions": ["DE"], **changes})
    assert refused.status == 400
    assert said in refused.text
    if "regions" not in changes:
        assert filled(refused)["regions"] == ["DE"]
    assert flows(house) == []


async def test_every_country_can_be_ticked(house: House, admin: Visitor) -> None:
    everywhere = [country.region for country in countries()]
    assert (await fill(admin, await set_up(admin), regions=everywhere)).status == 303
    assert flows(house) == ["add-phone"]


async def test_a_message_that_does_not_go_out_is_explained(house: House, admin: Visitor) -> None:
    await set_up(admin, account_sid=NOBODY_HOME)
    [stage] = stages(house)
    page = f"{MESSAGE}?stage={stage.pk}"
    failed = await fill(admin, page, phone_number=OWNER.number)
    result = parse(failed.text).one("section", class_="alert warning")
    assert "Not sent to +49 ••• ••13." in result.text
    assert "What to do" in result.text
    links = {link.text: link.attrs["href"] for link in parse(failed.text).one("main").all("a")}
    assert links["Correct the gateway’s settings"] == f"{GATEWAY}?stage={stage.pk}"
    assert filled(failed)["phone_number"] == [OWNER.number]
    assert OWNER.number not in result.text
    assert marks(failed) == ["Gateway (done)", "First flow", "[Test message]", "Done"]
    assert "no message went out yet" in (await admin.get(END)).text


@pytest.mark.parametrize(("number", "said"), [("", "may not be blank"), ("+49 1", "phone number"), ("a\x00", "Null")])
async def test_a_number_that_is_none_is_said_at_the_field(house: House, admin: Visitor, number: str, said: str) -> None:
    await set_up(admin)
    refused = await fill(admin, MESSAGE, phone_number=number)
    assert refused.status == 400
    assert said in parse(refused.text).by_id("f-phone_number-error").text
    assert await house.rows("SELECT id FROM delivery") == []


async def test_test_messages_are_throttled(house: House, admin: Visitor) -> None:
    await set_up(admin, account_sid=NOBODY_HOME)
    for _ in range(PER_HOUR.count):
        assert (await fill(admin, MESSAGE, phone_number=OWNER.number)).status == 200
    last = await fill(admin, MESSAGE, phone_number=OWNER.number)
    assert last.status == 400
    assert "Too many test messages." in parse(last.text).by_id("f-phone_number-error").text


async def test_a_pk_that_is_something_elses_is_refused(house: House, admin: Visitor) -> None:
    flow = next(house.services.configuration.snapshot.all(Flow))
    for pk in (flow.pk, "x", "", "9" * 300, "\x00"):
        assert (await fill(admin, GATEWAY, **HTTP, stage=pk)).status == 404
    assert stages(house) == []
    await set_up(admin)
    [stage] = stages(house)
    form = filled(await admin.get(GATEWAY))
    await fill(admin, f"/if/admin/stages/{stage.pk}/delete/")
    assert (await send(admin, GATEWAY, form)).status == 404, "what was deleted meanwhile is not made anew"
    assert stages(house) == []


async def test_nobody_else_comes_near_it(house: House, owner: Visitor) -> None:
    stranger = house.visitor()
    for path in (START, GATEWAY, FLOW, MESSAGE, END):
        assert (await owner.get(path)).status == 403
        assert (await stranger.get(path)).status == 303
    assert (await owner.submit(GATEWAY, **HTTP)).status == 403
    assert stages(house) == []
