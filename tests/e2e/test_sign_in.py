"""Signing in: the same words for everybody who fails, and a limit that a stranger cannot use to lock others out."""

from pathlib import Path

from tests.doubles.gateway import GatewayDouble
from tests.e2e.conftest import make_server
from tests.e2e.inbox import all_of, rows
from tests.e2e.json_client import JsonClient
from tests.e2e.server import ServerProcess
from tests.people import OTHER, OWNER, STRANGER

FLOW = "default-authentication-flow"


def attempt(url: str, username: str, password: str) -> tuple[JsonClient, list[object]]:
    client = JsonClient(url)
    shown = [client.flow(FLOW), client.answer(FLOW, uid_field=username)]
    return client, [*shown, client.answer(FLOW, password=password)]


def test_an_unknown_user_is_answered_like_a_known_one(server: ServerProcess) -> None:
    _, known = attempt(server.url, OTHER.username, "a wrong password")
    _, unknown = attempt(server.url, STRANGER.username, "a wrong password")
    assert str(known).replace(OTHER.username, "NAME") == str(unknown).replace(STRANGER.username, "NAME")


def test_a_user_signs_in_by_name_or_address_in_any_case(server: ServerProcess) -> None:
    for name in (OWNER.username, OWNER.username.upper(), "olivia@example.org", "Olivia@Example.org"):
        _, answers = attempt(server.url, name, OWNER.password)
        assert answers[-1] == {"component": "xak-flow-redirect", "to": "/"}


def test_wrong_passwords_are_limited_and_told_how_long(tmp_path: Path, shared_double: GatewayDouble) -> None:
    server = make_server(tmp_path / "data", shared_double).start()
    try:
        said = []
        for guess in range(12):
            _, answers = attempt(server.url, OWNER.username, f"guess {guess}")
            (errors,) = answers[-1]["response_errors"].values()  # type: ignore[index] # JSON
            said.append(errors[0]["code"])
        assert said == ["invalid"] * 10 + ["throttled"] * 2
        _, right = attempt(server.url, OWNER.username, OWNER.password)
        assert "wait" in str(right[-1]), "not even the right one, from this address"
        _, others = attempt(server.url, OTHER.username, OTHER.password)
        assert others[-1] == {"component": "xak-flow-redirect", "to": "/"}
        events = rows(server, "SELECT action, context FROM event")
        assert [event["action"] for event in events].count("login_failed") == 10
        assert "guess" not in str(events)
    finally:
        server.stop()


def test_whoever_is_signed_in_has_finished_signing_in(owner: JsonClient) -> None:
    assert owner.flow(FLOW) == {"component": "xak-flow-redirect", "to": "/"}
    assert owner.flow(FLOW, "next=/if/user/") == {"component": "xak-flow-redirect", "to": "/if/user/"}


def test_passwords_and_tokens_are_not_in_the_database(server: ServerProcess, owner: JsonClient) -> None:
    session = owner.cookie("authentik_session")
    content = all_of(server)
    assert session.encode() not in content
    assert OWNER.password.encode() not in content
    stored = rows(server, "SELECT password_hash FROM users WHERE username = ?", OWNER.username)
    assert stored[0]["password_hash"].startswith("$argon2id$")
