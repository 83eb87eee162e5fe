"""Many requests at once: the limits hold, a code is used once, a number is enrolled once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.doubles.gateway import GatewayDouble
from tests.e2e.conftest import SignIn
from tests.e2e.inbox import code_for, forget_waits, rows
from tests.e2e.json_client import Answer, JsonClient
from tests.e2e.server import ServerProcess
from tests.people import OTHER, OWNER


def at_once(clients: list[JsonClient], slug: str, answers: list[dict[str, Any]]) -> list[Answer]:
    with ThreadPoolExecutor(max_workers=25) as pool:
        futures = [
            pool.submit(clients[index % len(clients)].post, slug, **answer) for index, answer in enumerate(answers)
        ]
        return [future.result() for future in futures]


def same_session(client: JsonClient, count: int) -> list[JsonClient]:
    """Clients with the same cookies: one browser with many tabs, or an attacker with many connections."""
    copies = []
    for _ in range(count):
        copy = JsonClient(client.url)
        for cookie in client.jar:
            copy.jar.set_cookie(cookie)
        copies.append(copy)
    return copies


def test_parallel_guesses_never_exceed_the_limit(
    server: ServerProcess, double: GatewayDouble, guesser: JsonClient, number: str
) -> None:
    guesser.answer("prompted", phone=number)
    code = code_for(double, number)
    guesses = [{"code": f"{guess:06d}"} for guess in range(200) if f"{guess:06d}" != code]
    answers = at_once(same_session(guesser, 25), "prompted", guesses)
    assert {answer.status for answer in answers} == {200}
    texts = [answer.json["response_errors"]["non_field_errors"][0]["code"] for answer in answers]
    assert texts.count("invalid") == 5
    assert set(texts) == {"invalid", "spent"}
    late = guesser.answer("prompted", code=code)
    assert late["response_errors"]["non_field_errors"][0]["code"] == "spent"
    assert rows(server, "SELECT 1 FROM sms_device WHERE phone_number = ?", number) == []


def test_a_right_code_wins_once(server: ServerProcess, double: GatewayDouble, guesser: JsonClient, number: str) -> None:
    guesser.answer("prompted", phone=number)
    code = code_for(double, number)
    answers = at_once(same_session(guesser, 20), "prompted", [{"code": code}] * 20)
    ends = [answer for answer in answers if answer.json.get("component") == "xak-flow-redirect"]
    assert len(ends) == 1
    assert all(answer.status < 500 for answer in answers)
    assert len(rows(server, "SELECT 1 FROM sms_device WHERE phone_number = ?", number)) == 1


def test_two_enrolments_of_one_number_at_once_end_with_one_device(
    server: ServerProcess, double: GatewayDouble, sign_in: SignIn, number: str
) -> None:
    clients = [sign_in(OWNER), sign_in(OTHER)]
    codes = []
    for client in clients:
        assert client.answer("prompted", phone=number)["phone_number_required"] is False
        codes.append(code_for(double, number))
        forget_waits(server)
    with ThreadPoolExecutor(max_workers=2) as pool:
        answers = list(pool.map(lambda pair: pair[0].post("prompted", code=pair[1]), zip(clients, codes, strict=True)))
    components = sorted(answer.json["component"] for answer in answers)
    assert components == ["ak-stage-authenticator-sms", "xak-flow-redirect"]
    (loser,) = [answer.json for answer in answers if answer.json["component"] != "xak-flow-redirect"]
    assert loser["phone_number_required"] is True
    assert loser["response_errors"]["phone_number"][0]["code"] == "number_taken"
    assert len(rows(server, "SELECT 1 FROM sms_device WHERE phone_number = ?", number)) == 1


def test_the_same_answer_twice_at_once_sends_one_message(double: GatewayDouble, owner: JsonClient, number: str) -> None:
    owner.flow("prompted")
    answers = at_once(same_session(owner, 10), "prompted", [{"phone": number}] * 10)
    assert all(answer.status in (200, 409) for answer in answers)
    assert len(double.requests) == 1
