"""Second factors over JSON, against the real server on both databases: joining, signing in, recovering, leaving."""

import copy
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.databases import KINDS, database_settings
from tests.doubles.gateway import GatewayDouble
from tests.e2e.conftest import make_server
from tests.e2e.inbox import code_for, forget_waits, sent_to, wrong
from tests.e2e.json_client import JsonClient
from tests.e2e.numbers import fresh_number
from tests.e2e.server import ServerProcess
from tests.e2e.test_races import at_once, same_session

PASSWORD = "a password for joining"
SCENARIO = Path(__file__).with_name("second_factor.yaml")
END = {"component": "xak-flow-redirect", "to": "/"}
JOIN, FACTOR, REMEMBERING = "default-enrollment-flow", "factor", "remembering"
RECOVER, LEAVE, SIGN_OUT = "default-recovery-flow", "default-unenrollment-flow", "default-invalidation-flow"


@pytest.fixture(scope="module", params=KINDS)
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shared_double: GatewayDouble
) -> Iterator[ServerProcess]:
    data = tmp_path_factory.mktemp(f"factor-{request.param}") / "data"
    with database_settings(request.param) as settings:
        yield from serve(data, shared_double, **settings)


def serve(data: Path, double: GatewayDouble, **settings: str) -> Iterator[ServerProcess]:
    server = make_server(data, double, **settings)
    server.run("blueprint", "apply", "enrollment", "--context", "sms_stage=sms")
    for blueprint in ("recovery", "unenrollment", str(SCENARIO)):
        server.run("blueprint", "apply", blueprint)
    server.start()
    yield server
    assert server.stop() == 0, server.output()


@dataclass
class Member:
    """Somebody who joined with a phone, in the session that joining left him in."""

    client: JsonClient
    username: str
    number: str


def join(place: ServerProcess, double: GatewayDouble) -> Member:
    member = Member(JsonClient(place.url), f"u{secrets.token_hex(6)}", fresh_number())
    begin_joining(member)
    assert member.client.answer(JOIN, code=code_for(double, member.number)) == END
    return member


def begin_joining(member: Member) -> Any:
    member.client.flow(JOIN)
    return member.client.answer(JOIN, username=member.username, name="", password=PASSWORD, phone=member.number)


def to_factor(client: JsonClient, username: str, slug: str = FACTOR) -> Any:
    """What is asked once name and password are given."""
    client.flow(slug)
    client.answer(slug, uid_field=username)
    return client.answer(slug, password=PASSWORD)


def make_codes(member: Member) -> list[str]:
    codes: list[str] = member.client.flow("default-authenticator-static-setup")["codes"]
    assert member.client.answer("default-authenticator-static-setup") == END
    return codes


def error(shown: Any) -> tuple[str, str]:
    ((field, (found,)),) = shown["response_errors"].items()
    return field, found["code"]


def test_who_joined_with_a_phone_signs_in_with_it_and_a_code_counts_once(
    place: ServerProcess, double: GatewayDouble
) -> None:
    member = join(place, double)
    one, two = JsonClient(place.url), JsonClient(place.url)
    shown = to_factor(one, member.username)
    assert shown["component"] == "ak-stage-authenticator-validate"
    assert [device["device_class"] for device in shown["device_challenges"]] == ["sms"]
    code = code_for(double, member.number)
    assert error(one.answer(FACTOR, code=wrong(code))) == ("code", "invalid")
    assert one.answer(FACTOR, code=code) == END
    to_factor(two, member.username)
    assert code_for(double, member.number) != code
    assert error(two.answer(FACTOR, code=code)) == ("code", "invalid")


def test_another_user_does_not_get_in_by_the_owners_code(place: ServerProcess, double: GatewayDouble) -> None:
    owner, other = join(place, double), join(place, double)
    client, thief = JsonClient(place.url), JsonClient(place.url)
    to_factor(client, owner.username)
    to_factor(thief, other.username)
    assert error(thief.answer(FACTOR, code=code_for(double, owner.number))) == ("code", "invalid")
    assert client.answer(FACTOR, code=code_for(double, owner.number)) == END


def test_a_right_code_at_the_wrong_device_is_wrong_and_a_recovery_code_counts_once(
    place: ServerProcess, double: GatewayDouble
) -> None:
    member = join(place, double)
    codes = make_codes(member)
    client, again = JsonClient(place.url), JsonClient(place.url)
    before = len(sent_to(double, member.number))
    devices = {device["device_class"]: device for device in to_factor(client, member.username)["device_challenges"]}
    assert set(devices) == {"sms", "static"}
    assert len(sent_to(double, member.number)) == before, "nothing is sent before a phone is chosen"
    assert client.answer(FACTOR, selected_challenge=devices["sms"])["response_errors"] == {}
    assert error(client.answer(FACTOR, code=codes[0])) == ("code", "invalid")
    assert client.answer(FACTOR, selected_challenge=devices["static"])["response_errors"] == {}
    assert error(client.answer(FACTOR, code=code_for(double, member.number))) == ("code", "invalid")
    assert client.answer(FACTOR, code=codes[0]) == END
    to_factor(again, member.username)
    again.answer(FACTOR, selected_challenge=devices["static"])
    assert error(again.answer(FACTOR, code=codes[0])) == ("code", "invalid")
    assert again.answer(FACTOR, code=codes[1]) == END


def test_one_code_in_many_tabs_signs_in_once(place: ServerProcess, double: GatewayDouble) -> None:
    member = join(place, double)
    client = JsonClient(place.url)
    to_factor(client, member.username)
    tabs = same_session(client, 8)
    answers = at_once(tabs, FACTOR, [{"code": code_for(double, member.number)}] * 8)
    assert [answer.json for answer in answers].count(END) == 1
    assert all(answer.status < 500 for answer in answers)


def test_parallel_guesses_at_the_second_factor_never_exceed_the_limit(
    place: ServerProcess, double: GatewayDouble
) -> None:
    member = join(place, double)
    client = JsonClient(place.url)
    to_factor(client, member.username)
    code = code_for(double, member.number)
    guesses = [{"code": f"{guess:06d}"} for guess in range(60) if f"{guess:06d}" != code]
    answers = at_once(same_session(client, 20), FACTOR, guesses)
    found = [error(answer.json)[1] for answer in answers]
    assert found.count("invalid") == 5
    assert set(found) == {"invalid", "spent"}


def test_without_an_allowed_device_the_flow_ends(place: ServerProcess) -> None:
    client = JsonClient(place.url)
    client.flow(FACTOR)
    client.answer(FACTOR, uid_field="oscar")
    denied = client.answer(FACTOR, password="oscar has another password")
    assert denied["component"] == "ak-stage-access-denied"
    assert denied["error_message"] == "No (allowed) MFA authenticator configured."


def test_a_remembered_browser_is_not_asked_and_its_cookie_is_nobody_elses(
    place: ServerProcess, double: GatewayDouble
) -> None:
    owner, other = join(place, double), join(place, double)
    client = JsonClient(place.url)
    to_factor(client, owner.username, REMEMBERING)
    assert client.answer(REMEMBERING, code=code_for(double, owner.number)) == END
    client.flow(SIGN_OUT)
    (cookie,) = [one for one in client.jar if one.name == "authentik_mfa"]
    assert cookie.has_nonstandard_attr("HttpOnly")
    thief, forger = JsonClient(place.url), JsonClient(place.url)
    thief.jar.set_cookie(copy.copy(cookie))
    forged = copy.copy(cookie)
    forged.value = f"{(cookie.value or '')[:-1]}{'0' if not (cookie.value or '').endswith('0') else '1'}"
    forger.jar.set_cookie(forged)
    assert to_factor(client, owner.username, REMEMBERING) == END
    assert to_factor(thief, other.username, REMEMBERING)["component"] == "ak-stage-authenticator-validate"
    assert to_factor(forger, owner.username, REMEMBERING)["component"] == "ak-stage-authenticator-validate"


def test_joining_that_is_abandoned_leaves_no_user_and_no_phone(place: ServerProcess, double: GatewayDouble) -> None:
    """Name and number are free for whoever comes next."""
    first = Member(JsonClient(place.url), f"u{secrets.token_hex(6)}", fresh_number())
    assert begin_joining(first)["component"] == "ak-stage-authenticator-sms"
    client = JsonClient(place.url)
    client.flow(FACTOR)
    client.answer(FACTOR, uid_field=first.username)
    assert error(client.answer(FACTOR, password=PASSWORD)) == ("password", "invalid")
    forget_waits(place)
    second = Member(JsonClient(place.url), first.username, first.number)
    begin_joining(second)
    assert second.client.answer(JOIN, code=code_for(double, second.number)) == END


def test_two_who_join_under_one_name_end_with_one_user(place: ServerProcess, double: GatewayDouble) -> None:
    name = f"u{secrets.token_hex(6)}"
    both = [Member(JsonClient(place.url), name, fresh_number()) for _ in range(2)]
    for member in both:
        begin_joining(member)
    codes = [{"code": code_for(double, member.number)} for member in both]
    answers = [answer.json for answer in at_once([member.client for member in both], JOIN, codes)]
    assert answers.count(END) == 1
    (refused,) = [answer for answer in answers if answer != END]
    assert refused["component"] == "ak-stage-prompt"
    assert refused["response_errors"]["username"][0]["string"] == "Username is already taken."


def test_a_password_is_recovered_with_two_factors_and_not_with_one(place: ServerProcess, double: GatewayDouble) -> None:
    member, lonely = join(place, double), join(place, double)
    codes = make_codes(member)
    client = JsonClient(place.url)
    client.flow(RECOVER)
    shown = client.answer(RECOVER, uid_field=member.username)
    assert (shown["masked_number"], shown["code_sent"]) == ("", True)
    another = client.answer(RECOVER, code=arrived(double, member.number, 2))
    assert [device["device_class"] for device in another["device_challenges"]] == ["static"]
    client.answer(RECOVER, code=codes[0])
    assert client.answer(RECOVER, password="a new password", password_repeat="a new password") == END
    again = JsonClient(place.url)
    again.flow(FACTOR)
    again.answer(FACTOR, uid_field=member.username)
    assert error(again.answer(FACTOR, password=PASSWORD)) == ("password", "invalid")
    assert again.answer(FACTOR, password="a new password")["component"] == "ak-stage-authenticator-validate"

    alone = JsonClient(place.url)
    alone.flow(RECOVER)
    alone.answer(RECOVER, uid_field=lonely.username)
    denied = alone.answer(RECOVER, code=arrived(double, lonely.number, 2))
    assert denied["component"] == "ak-stage-access-denied"


def arrived(double: GatewayDouble, number: str, count: int) -> str:
    """The code of so many messages, which go out while nobody waits for them."""
    deadline = time.monotonic() + 10
    while len(sent_to(double, number)) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    return code_for(double, number)


def test_who_left_is_gone_and_his_name_and_number_are_free(place: ServerProcess, double: GatewayDouble) -> None:
    member = join(place, double)
    member.client.flow(LEAVE)
    member.client.answer(LEAVE, sure=True)
    assert member.client.answer(LEAVE, code=code_for(double, member.number)) == END
    client = JsonClient(place.url)
    client.flow(FACTOR)
    client.answer(FACTOR, uid_field=member.username)
    assert error(client.answer(FACTOR, password=PASSWORD)) == ("password", "invalid")
    next_one = Member(JsonClient(place.url), member.username, member.number)
    begin_joining(next_one)
    assert next_one.client.answer(JOIN, code=code_for(double, next_one.number)) == END
