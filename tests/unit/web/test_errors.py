"""What goes wrong, over HTTP: one shape, an id that leads to the log, and nothing of our inside."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from tests.people import OTHER, OWNER
from tests.unit.web.client import SIGN_IN, Answer, Visitor, executor
from tests.unit.web.house import House
from watchword.errors import Conflict, DatabaseUnavailable, Forbidden, Throttled, WatchwordError
from watchword.logs import configure

SECRET = "+4915123456713 said 123456"
Log = Callable[[], None]

PAGE = f"/if/flow/{SIGN_IN}/"


@pytest.fixture
def log(quiet: None) -> Iterator[Callable[[], None]]:
    """To be called within the test: only then is stderr the one that `capsys` reads."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield lambda: configure("debug", json=True)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.contextvars.clear_contextvars()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def break_it(house: House, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """From now on whatever asks the database gets this."""

    async def broken(*_: object, **__: object) -> None:
        raise error

    for method in ("read", "run"):
        monkeypatch.setattr(house.services.database, method, broken)


def sentence(answer: Answer) -> str:
    return str(answer.json.get("error") or answer.json["detail"])


async def test_a_crash_is_500_with_an_id_and_no_traceback(
    house: House, owner: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_it(house, monkeypatch, RuntimeError(SECRET))
    for visitor in (owner, house.visitor()):
        for target in (executor(SIGN_IN), PAGE, "/if/user/"):
            answer = await visitor.get(target) if target != "/if/user/" else await owner.get(target)
            assert answer.status == 500
            assert answer.header("x-authentik-id") in answer.text
            assert "Something went wrong on our side" in answer.text
            assert not any(word in answer.text for word in ("Traceback", "RuntimeError", "123456", ".py"))
            assert "default-src 'none'" in answer.header("content-security-policy")


async def test_the_log_has_the_traceback_under_that_id(
    house: House, log: Log, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log()
    break_it(house, monkeypatch, RuntimeError(SECRET))
    answer = await house.visitor(cookies={"authentik_session": "x"}).get(f"{PAGE}?next=/where/he/goes")
    (crash,) = [line for line in lines(capsys) if line["event"] == "unexpected_error"]
    assert crash["request_id"] == answer.header("x-authentik-id")
    assert (crash["method"], crash["path"]) == ("GET", PAGE.rstrip("/"))
    assert "RuntimeError" in crash["exception"]
    assert "4915123456713" not in str(crash)


async def test_everything_comes_back_once_it_works_again(house: House, owner: Visitor) -> None:
    with pytest.MonkeyPatch.context() as patch:
        break_it(house, patch, DatabaseUnavailable())
        assert (await owner.get("/if/user/")).status == 503
    assert (await owner.get("/if/user/")).status == 200


@pytest.mark.parametrize(
    ("error", "headers"),
    [
        (DatabaseUnavailable(), {"retry-after": "5"}),
        (Throttled(42), {"retry-after": "42"}),
        (Conflict(), {}),
        (Forbidden("Ask somebody else."), {}),
        (WatchwordError(), {}),
    ],
)
async def test_an_error_of_ours_has_its_own_status_and_sentence(
    house: House, monkeypatch: pytest.MonkeyPatch, error: WatchwordError, headers: dict[str, str]
) -> None:
    break_it(house, monkeypatch, error)
    visitor = house.visitor(cookies={"authentik_session": "x"})
    call, page = await visitor.get(executor(SIGN_IN)), await visitor.get(PAGE)
    assert call.status == page.status == error.status
    assert call.json["error"] == error.message
    assert error.message.replace("'", "&#39;") in page.text
    for answer in (call, page):
        assert {name: answer.header(name) for name in headers} == headers
        assert answer.header("x-authentik-id") in answer.text


async def test_people_get_pages_and_programs_get_json(stranger: Visitor) -> None:
    for accept, kind in (
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
    ):
        answer = await stranger.get("/nowhere", accept=accept)
        assert (answer.status, answer.header("content-type")) == (404, kind)
    for target in ("/api/v3/none/", "/-/none/"):
        answer = await stranger.get(target, accept="text/html")
        assert answer.status == 404
        assert answer.json == {"detail": "There is nothing here.", "request_id": answer.header("x-authentik-id")}
    assert (await stranger.get(executor("none"), accept="text/html")).json["error"] == "There is no such flow."


async def test_a_wrong_method_is_a_sentence_too(stranger: Visitor) -> None:
    page = await stranger.request("DELETE", PAGE)
    assert "This cannot be done with that method." in page.text
    call = await stranger.request("DELETE", "/-/health/live/")
    assert (call.status, sentence(call)) == (405, "This cannot be done with that method.")
    assert "GET" in call.header("allow")


async def test_the_log_of_an_enrolment_names_no_code_number_name_or_secret(
    house: House, log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    log()
    owner, other = await house.signed_in(OWNER), await house.signed_in(OTHER)
    await owner.answer("default-sms-enrollment", phone="+999")
    await owner.answer("default-sms-enrollment", phone=OWNER.number)
    await owner.answer("default-sms-enrollment", code="000000")
    codes = [house.code_for(OWNER)]
    await other.get(f"/if/flow/sms-enrollment-direct/?next=/{OTHER.number}")
    await other.submit("/if/flow/sms-enrollment-direct/", phone_number=OWNER.number)
    await other.answer("sms-enrollment-direct", phone_number=OTHER.national, region=OTHER.region)
    codes.append(house.code_for(OTHER))
    await owner.answer("default-sms-enrollment", code=codes[0])
    await other.answer("sms-enrollment-direct", code=codes[1])
    await owner.get(f"/if/flow/{OWNER.number}/")
    await owner.submit("/if/user/sign-out")
    assert len(await house.rows("SELECT id FROM sms_device")) == 2
    written = capsys.readouterr().err
    assert len(written.splitlines()) > 10
    cookies = [*owner.cookies.values(), *other.cookies.values()]
    secrets = [
        *codes,
        *cookies,
        *(digits for person in (OWNER, OTHER) for digits in (person.number[3:], person.password)),
    ]
    assert [secret for secret in secrets if secret in re.sub(r'"(request_id|timestamp)": "[^"]*"', "", written)] == []


async def test_a_line_a_request_says_what_was_asked_and_how_it_went(
    house: House, log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    log()
    answer = await house.visitor().get(f"{executor('none')}&next=/where/he/goes")
    await house.visitor().get("/-/health/live/")
    await house.visitor().get("/static/mark.svg")
    (line,) = [line for line in lines(capsys) if line["event"] == "request"]
    assert line["request_id"] == answer.header("x-authentik-id")
    assert (line["method"], line["status"]) == ("GET", 404)
    assert line["path"] == "/api/v3/flows/executor/none"
    assert line["milliseconds"] >= 0


async def test_ids_of_requests_do_not_mix(house: House, log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    log()
    ids = [
        (await house.visitor().get(target)).header("x-authentik-id") for target in (PAGE, "/nowhere", executor("none"))
    ]
    assert [line["request_id"] for line in lines(capsys) if line["event"] == "request"] == ids
