"""A server that is killed loses no finished step."""

from pathlib import Path

from tests.doubles.gateway import GatewayDouble
from tests.e2e.conftest import make_server
from tests.e2e.inbox import code_for, rows
from tests.e2e.json_client import JsonClient
from tests.e2e.numbers import fresh_number
from tests.people import OWNER


def test_an_enrolment_is_finished_after_a_kill_between_send_and_code(
    tmp_path: Path, shared_double: GatewayDouble, own_database: dict[str, str]
) -> None:
    shared_double.reset()
    server = make_server(tmp_path / "data", shared_double, **own_database).start()
    number = fresh_number()
    try:
        owner = JsonClient(server.url).sign_in(OWNER.username, OWNER.password)
        owner.answer("prompted", phone=number)
        server.kill()
        server.start()
        challenge = owner.flow("prompted")
        assert (challenge["component"], challenge["phone_number_required"]) == ("ak-stage-authenticator-sms", False)
        assert len(shared_double.requests) == 1
        end = owner.answer("prompted", code=code_for(shared_double, number))
        assert end["component"] == "xak-flow-redirect"
        assert len(rows(server, "SELECT 1 FROM sms_device WHERE phone_number = ?", number)) == 1
    finally:
        assert server.stop() == 0


def test_a_second_server_on_the_same_port_says_why_it_does_not_start(
    tmp_path: Path, shared_double: GatewayDouble
) -> None:
    server = make_server(tmp_path / "data", shared_double).start()
    try:
        second = server.run("serve", "--port", str(server.port), check=False)
        assert second.returncode == 1
        assert "Choose another --port" in second.stderr
        assert "Traceback" not in second.stderr
    finally:
        server.stop()


def test_several_workers_on_the_embedded_database_are_refused_with_the_fix(
    tmp_path: Path, shared_double: GatewayDouble
) -> None:
    refused = make_server(tmp_path / "data", shared_double).run("serve", "--workers", "4", check=False)
    assert refused.returncode == 1
    assert "--workers 1" in refused.stderr
