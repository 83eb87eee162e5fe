"""A server process that is killed after each answer, and in the middle of a send: people go on where they stood."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPException
from typing import Any, NamedTuple

import pytest

from tests.databases import KINDS, database_settings
from tests.doubles.gateway import GatewayDouble
from tests.e2e.conftest import make_server
from tests.e2e.inbox import code_for, rows, sent_to
from tests.e2e.json_client import Answer, JsonClient
from tests.e2e.numbers import fresh_number
from tests.e2e.server import ServerProcess
from tests.people import OTHER, OWNER

SLUG = "prompted"
SIGN_IN = "default-authentication-flow"
DEVICES = "SELECT phone_number FROM sms_device WHERE phone_number = ?"


class Place(NamedTuple):
    server: ServerProcess
    double: GatewayDouble

    def dies(self) -> None:
        self.server.kill()
        self.server.start()

    def rows(self, query: str, *values: Any) -> list[Any]:
        """The first column, looked at from outside."""
        return [next(iter(row.values())) for row in rows(self.server, query, *values)]


@pytest.fixture(scope="module", params=KINDS)
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shared_double: GatewayDouble
) -> Iterator[Place]:
    with database_settings(request.param) as settings:
        folder = tmp_path_factory.mktemp("killed")
        server = make_server(folder / "data", shared_double, WATCHWORD_GATEWAY_TIMEOUT="10", **settings).start()
        yield Place(server, shared_double)
        assert server.stop() == 0, server.output()


def test_an_enrolment_outlasts_a_kill_after_every_answer(place: Place, double: GatewayDouble) -> None:
    owner, number = JsonClient(place.server.url), fresh_number()
    assert owner.flow(SIGN_IN)["component"] == "ak-stage-identification"
    place.dies()
    assert owner.answer(SIGN_IN, uid_field=OWNER.username)["component"] == "ak-stage-password"
    place.dies()
    assert owner.answer(SIGN_IN, password=OWNER.password)["component"] == "xak-flow-redirect"
    place.dies()
    assert owner.flow(SLUG)["component"] == "ak-stage-prompt"
    assert owner.answer(SLUG, phone=number)["phone_number_required"] is False
    place.dies()
    shown = owner.flow(SLUG)
    assert (shown["phone_number_required"], shown["attempts_left"]) == (False, 5)
    assert 0 < shown["resend_after"] <= 30
    assert owner.answer(SLUG, code=code_for(double, number)) == {"component": "xak-flow-redirect", "to": "/"}
    place.dies()

    assert len(sent_to(double, number)) == 1
    assert place.rows(DEVICES, number) == [number]
    assert place.rows("SELECT state FROM code") == ["used"]
    assert place.rows("SELECT outcome FROM delivery") == ["sent"]
    other = JsonClient(place.server.url).sign_in(OTHER.username, OTHER.password)
    taken = other.answer(SLUG, phone=number)
    assert taken["response_errors"]["phone_number"][0]["code"] == "number_taken"
    assert JsonClient(place.server.url).flow(SLUG)["component"] == "ak-stage-access-denied"


def killed_in_a_send(place: Place, owner: JsonClient, number: str) -> None:
    """The gateway has the message; what it would answer nobody hears."""
    held = threading.Event()
    place.double.behave("held", held)
    with ThreadPoolExecutor(1) as pool:
        asking: Future[Answer] = pool.submit(owner.post, SLUG, phone=number)
        place.double.wait_for_request(timeout=20)
        place.server.kill()
        with pytest.raises((ConnectionError, HTTPException)):
            asking.result(30)
    held.set()
    place.double.behave("ok")
    place.server.start()


def test_a_message_that_was_on_its_way_is_not_sent_again(place: Place, double: GatewayDouble) -> None:
    """Its code works, for it may have gone out; a new one can be had as soon as it must be lost."""
    owner, number = JsonClient(place.server.url).sign_in(OWNER.username, OWNER.password), fresh_number()
    owner.flow(SLUG)
    killed_in_a_send(place, owner, number)
    shown = owner.flow(SLUG)
    assert (shown["phone_number_required"], shown["attempts_left"]) == (False, 5)
    assert shown["resend_after"] <= 30
    again = owner.answer(SLUG, resend=True)
    if shown["resend_after"] > 5:
        # Else so much time has gone by that the message counts as lost.
        [problem] = again["response_errors"]["non_field_errors"]
        assert problem["code"] == "throttled"
        assert len(sent_to(double, number)) == 1
    assert owner.answer(SLUG, code=code_for(double, number)) == {"component": "xak-flow-redirect", "to": "/"}
    assert place.rows(DEVICES, number) == [number]
    output = place.server.output()
    assert "Traceback" not in output
    assert number[1:] not in output
    assert code_for(double, number) not in output
