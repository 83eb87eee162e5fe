"""The doctor at the console: for superusers, by a button, and telling no secret."""

import os
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.doubles.gateway import GatewayDouble
from tests.people import OTHER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.samples import make
from tests.unit.web.client import Answer, Visitor
from tests.unit.web.conftest import OpenHouse
from tests.unit.web.console.bench import link
from tests.unit.web.forms import filled, send
from tests.unit.web.house import House
from tests.unit.web.pages.html_tree import parse
from tests.unit.web.test_devices import user
from watchword.administration.doctor.finding import Kind
from watchword.administration.doctor.from_within import PER_HOUR
from watchword.administration.doctor.report import Report, Section
from watchword.administration.superusers import make_administrator
from watchword.model.snapshot import Snapshot
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.web.pages.console.doctor_shown import examined
from watchword.web.pages.console.sections import edit_url

DOCTOR = "/if/admin/doctor/"
SID = "AC0123456789abcdef0123456789abcdef"
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
STORED = "ffeeddccbbaa99887766554433221100"


async def examine(admin: Visitor, ask: bool = False, origin: str = "") -> Answer:
    form = filled(await admin.get(DOCTOR))
    form = {**form, "ask": ["true"]} if ask else {name: values for name, values in form.items() if name != "ask"}
    if not origin:
        return await send(admin, DOCTOR, form)
    body = "&".join(f"{name}={values[-1]}" for name, values in form.items() if name.startswith("_"))
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": origin}
    return await admin.request("POST", DOCTOR, body.encode(), headers.items())


def section(page: Answer, name: str) -> list[str]:
    """The findings below a heading, as they read."""
    sections = parse(page.text).all("section", aria_labelledby=name)
    return [item.text for one in sections for item in one.all("li")]


async def test_nothing_is_examined_before_the_button_is_pressed(admin: Visitor) -> None:
    page = await admin.get(DOCTOR)
    assert page.status == 200
    assert "What was found" not in page.text
    button = parse(page.text).one("main").one("button")
    assert (button.text, button.attrs["data-busy"]) == ("Examine", "Examining… this can take half a minute")


async def test_what_is_found_is_told_the_worst_first(admin: Visitor) -> None:
    page = await examine(admin)
    assert page.status == 200
    found = section(page, "found")
    assert any("Public address" in item and "Set WATCHWORD_PUBLIC_URL" in item for item in found)
    words = [item.split()[0] for item in found]
    assert words == sorted(words, key=["Wrong", "Mind", "Advice"].index)
    assert any(item.startswith("Sandbox: Expressions are evaluated") for item in section(page, "well"))
    assert any(item.startswith("Gateways: Nobody was to be asked") for item in section(page, "skipped"))


async def test_the_reader_is_taken_to_what_was_found(admin: Visitor) -> None:
    focused = [node for node in parse((await examine(admin)).text) if "autofocus" in node.attrs]
    assert [node.attrs["id"] for node in focused] == ["summary"]
    assert focused[0].attrs["role"] == "status"


async def test_a_finding_leads_to_what_it_is_about(api: ApiCaller, admin: Visitor) -> None:
    made = await make(api, AuthenticatorSMSStage, "alone", provider="generic", account_sid="http://gw.example/send")
    page = await examine(admin)
    to = {node.attrs["href"] for node in parse(page.text).one("main").all("a") if node.text == "Open the stage “alone”"}
    assert to == {f"/if/admin/stages/{made['pk']}/edit/"}


async def test_a_gateway_is_asked_where_that_is_wanted(api: ApiCaller, admin: Visitor, double: GatewayDouble) -> None:
    values = {"provider": "twilio", "account_sid": SID, "auth": STORED, "gateway_url": double.url}
    await make(api, AuthenticatorSMSStage, "kept", from_number="+15017122661", **values)
    await examine(admin)
    assert double.requests == []
    page = await examine(admin, ask=True)
    assert any("Twilio takes the credentials" in item for item in section(page, "well"))
    assert [request.method for request in double.requests] == ["GET"]
    assert STORED not in page.text
    assert filled(page)["ask"] == ["true"], "and the box stays ticked"


async def test_a_gateway_that_refuses_is_wrong(api: ApiCaller, admin: Visitor, double: GatewayDouble) -> None:
    double.behave("status", 401, b'{"code": 20003}')
    values = {"provider": "twilio", "account_sid": SID, "auth": STORED, "gateway_url": double.url}
    await make(api, AuthenticatorSMSStage, "kept", from_number="+15017122661", **values)
    found = section(await examine(admin, ask=True), "found")
    assert found[0].startswith("Wrong Gateways: Stage “kept”")


async def test_a_host_that_the_public_address_does_not_name_is_told(opened: OpenHouse) -> None:
    """By the browser's word: a proxy may have put another `Host` in its place."""
    async with opened(public_url="http://localhost:9000") as house:
        admin = await house.signed_in(OTHER)
        await house.services.database.run(make_administrator, await user(house, OTHER))
        assert "You see this page at 10.1.2.3" in (await examine(admin, origin="http://10.1.2.3:9000")).text
        assert "You see this page" not in (await examine(admin, origin="http://localhost:9000")).text
        for odd in ("null", "http://[", "nonsense"):
            assert (await examine(admin, origin=odd)).status in (200, 403), odd


async def test_examinations_are_limited_for_each_administrator(
    house: House, admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []

    async def examined_at_once(patient: Any) -> Report:
        made.append(patient)
        return Report(at=patient.clock(), sections=())

    monkeypatch.setattr("watchword.administration.doctor.from_within.examine", examined_at_once)
    for _ in range(PER_HOUR.count):
        assert (await examine(admin)).status == 200
    refused = await examine(admin)
    assert refused.status == 429
    assert parse(refused.text).one("p", role="alert").text.startswith("Too many examinations. Please wait")
    assert len(made) == PER_HOUR.count
    house.clock.pass_by(hours=1)
    assert (await examine(admin)).status == 200


async def test_nobody_else_is_let_in(house: House, owner: Visitor) -> None:
    assert (await owner.get(DOCTOR)).status == 403
    assert (await owner.submit(DOCTOR, ask="true")).status == 403
    for answer in (await house.visitor().get(DOCTOR), await house.visitor().submit(DOCTOR, ask="true")):
        assert (answer.status, answer.header("location").partition("?")[0]) == (
            303,
            "/flows/-/default/authentication/",
        )


async def test_a_form_without_its_token_examines_nothing(admin: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watchword.web.pages.console.doctor.examine_from_within", None)
    assert (await admin.submit(DOCTOR, _csrf="wrong")).status == 403


async def test_the_overview_leads_to_it(admin: Visitor) -> None:
    assert link(await admin.get("/if/admin/"), "Let the doctor examine the whole installation") == DOCTOR


async def test_the_manual_says_what_each_finding_means(admin: Visitor) -> None:
    manual = link(await admin.get(DOCTOR), "Everything that it can find, and what each means")
    assert "public_url_unset" in (await admin.get(manual)).text


async def test_no_setting_of_the_server_is_shown(admin: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "WATCHWORD_SECRET_KEY", "a secret that stands in the environment")
    page = await examine(admin)
    assert "a secret that stands in the environment" not in page.text
    assert any("The key stands in the environment" in item for item in section(page, "found"))


def test_what_a_finding_is_about_may_be_gone_by_now() -> None:
    stage = AuthenticatorSMSStage(name="mine", provider="demo")
    found = Kind("one", "warning", "It is so.", "Mend it.").found(pk=stage.pk, about="Stage “mine”")
    report = Report(at=NOON, sections=(Section(check="a", title="A", findings=(found,)),))
    [here] = examined(report, Snapshot([stage]), offline=True).wrong
    assert (here.url, here.deed) == (edit_url(stage), "Open the stage “mine”")
    [gone] = examined(report, Snapshot(), offline=True).wrong
    assert (gone.url, gone.deed, gone.about) == ("", "", "Stage “mine”")


@pytest.mark.parametrize(
    ("severity", "tone"), [("ok", "success"), ("advice", "success"), ("warning", "warning"), ("error", "danger")]
)
def test_the_tone_is_that_of_the_worst(severity: Any, tone: str) -> None:
    found = Kind("one", severity, "It is so.", "Mend it.").found()
    report = Report(at=NOON, sections=(Section(check="a", title="A", findings=(found,)),))
    shown = examined(report, Snapshot(), offline=False)
    assert shown.tone == tone
    assert bool(shown.well) == (severity == "ok")
    assert shown.ask
