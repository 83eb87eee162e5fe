"""Several servers share one database: any of them answers any request, as docs/running.md says."""

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest

from tests.databases import database_settings
from tests.doubles.gateway import GatewayDouble
from tests.e2e.conftest import make_server
from tests.e2e.inbox import code_for, wrong
from tests.e2e.json_client import JsonClient
from tests.e2e.numbers import fresh_number
from tests.e2e.server import ServerProcess
from tests.people import OTHER, OWNER


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory, shared_double: GatewayDouble) -> Iterator[list[ServerProcess]]:
    """Two, with the same key, as the page says."""
    with database_settings("postgresql") as settings:
        folder = tmp_path_factory.mktemp("several")
        first = make_server(folder / "first", shared_double, **settings)
        second = ServerProcess(folder / "second")
        second.environment = first.environment
        yield [first.start(), second.start()]
        assert [server.stop() for server in (first, second)] == [0, 0], first.output() + second.output()


class Scattered(JsonClient):
    """A browser whose proxy sends each request to the next server."""

    def __init__(self, servers: list[ServerProcess]) -> None:
        super().__init__(servers[0].url)
        self._turns = cycle(server.url for server in servers)

    def request(self, *args: Any, **named: Any) -> Any:
        self.url = next(self._turns)
        return super().request(*args, **named)


def test_a_phone_is_enrolled_whichever_server_answers(servers: list[ServerProcess], double: GatewayDouble) -> None:
    owner, number = Scattered(servers).sign_in(OWNER.username, OWNER.password), fresh_number()
    owner.flow("prompted")
    assert owner.answer("prompted", phone=number)["phone_number_required"] is False
    assert owner.answer("prompted", code=code_for(double, number)) == {"component": "xak-flow-redirect", "to": "/"}


def test_tries_are_counted_over_all_servers(servers: list[ServerProcess], double: GatewayDouble) -> None:
    other, number = Scattered(servers).sign_in(OTHER.username, OTHER.password), fresh_number()
    other.answer("prompted", phone=number)
    guess = wrong(code_for(double, number))
    answers = [other.answer("prompted", code=guess) for _ in range(6)]
    codes = [answer["response_errors"]["non_field_errors"][0]["code"] for answer in answers]
    assert codes == ["invalid"] * 5 + ["spent"]
