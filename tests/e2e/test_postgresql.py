"""The main job and its races with PostgreSQL under the real server."""

from collections.abc import Iterator

import pytest

from tests.databases import database_settings
from tests.doubles.gateway import GatewayDouble
from tests.e2e.conftest import make_server
from tests.e2e.inbox import code_for
from tests.e2e.json_client import JsonClient
from tests.e2e.numbers import fresh_number
from tests.e2e.server import ServerProcess
from tests.e2e.test_races import at_once, same_session
from tests.people import OTHER, OWNER, STRANGER


@pytest.fixture(scope="module")
def postgres_server(tmp_path_factory: pytest.TempPathFactory, shared_double: GatewayDouble) -> Iterator[ServerProcess]:
    with database_settings("postgresql") as settings:
        server = make_server(tmp_path_factory.mktemp("postgres") / "data", shared_double, **settings).start()
        yield server
        assert server.stop() == 0, server.output()


def test_a_number_is_enrolled_after_a_kill(postgres_server: ServerProcess, double: GatewayDouble) -> None:
    owner, number = JsonClient(postgres_server.url), fresh_number()
    owner.sign_in(OWNER.username, OWNER.password)
    assert owner.answer("prompted", phone=number)["phone_number_required"] is False
    postgres_server.kill()
    postgres_server.start()
    assert owner.answer("prompted", code=code_for(double, number)) == {"component": "xak-flow-redirect", "to": "/"}
    other = JsonClient(postgres_server.url).sign_in(OTHER.username, OTHER.password)
    refused = other.answer("prompted", phone=number)
    assert refused["response_errors"]["phone_number"][0]["code"] == "number_taken"


def test_parallel_guesses_never_exceed_the_limit_on_postgresql(
    postgres_server: ServerProcess, double: GatewayDouble
) -> None:
    other, number = JsonClient(postgres_server.url), fresh_number()
    other.sign_in(OTHER.username, OTHER.password)
    other.answer("prompted", phone=number)
    code = code_for(double, number)
    guesses = [{"code": f"{guess:06d}"} for guess in range(100) if f"{guess:06d}" != code]
    answers = at_once(same_session(other, 25), "prompted", guesses)
    codes = [answer.json["response_errors"]["non_field_errors"][0]["code"] for answer in answers]
    assert codes.count("invalid") == 5
    assert set(codes) == {"invalid", "spent"}


def test_a_stranger_gets_nowhere(postgres_server: ServerProcess, double: GatewayDouble) -> None:
    stranger = JsonClient(postgres_server.url)
    assert stranger.flow("direct")["component"] == "ak-stage-access-denied"
    stranger.flow("default-authentication-flow")
    stranger.answer("default-authentication-flow", uid_field=STRANGER.username)
    refused = stranger.answer("default-authentication-flow", password=STRANGER.password)
    assert refused["response_errors"] == {"password": [{"string": "Invalid password", "code": "invalid"}]}
    assert double.requests == []
