"""Verify only: the number is proved, and kept nowhere."""

import json
from pathlib import Path

from tests.doubles.gateway import GatewayDouble
from tests.e2e.conftest import make_server
from tests.e2e.inbox import code_for, rows
from tests.e2e.json_client import JsonClient
from tests.e2e.numbers import fresh_number
from tests.people import OTHER, OWNER


def spellings(number: str) -> list[str]:
    return [number, number[1:], number[3:], f"{number[:3]} {number[3:6]} {number[6:]}"]


def test_nothing_in_the_data_directory_or_the_log_shows_a_verify_only_number(
    tmp_path: Path, shared_double: GatewayDouble
) -> None:
    double = shared_double
    double.reset()
    server = make_server(tmp_path / "data", double).start()
    number = fresh_number()
    try:
        owner = JsonClient(server.url).sign_in(OWNER.username, OWNER.password)
        double.behave("status", 500, b"cannot reach " + number.encode())
        owner.answer("verify-only", phone=number)
        double.reset()
        owner.answer("verify-only", phone_number=number)
        files = [file for file in (tmp_path / "data").rglob("*") if file.is_file()]
        assert any(file.suffix == ".db" for file in files)
        for when in ("while the flow runs", "when it has ended"):
            for file in [*files, server.log]:
                content = file.read_bytes() if file.exists() else b""
                for spelling in spellings(number):
                    assert spelling.encode() not in content, (when, file.name)
            if when == "while the flow runs":
                end = owner.answer("verify-only", code=code_for(double, number))
                assert end["component"] == "xak-flow-redirect"
        (device,) = rows(server, "SELECT * FROM sms_device")
        assert (device["hashed"], device["confirmed"], device["phone_number"], device["masked"]) == (1, 1, None, "")
        assert len(device["number_key"]) == 64
        assert len(device["key_id"]) == 8
        other = JsonClient(server.url).sign_in(OTHER.username, OTHER.password)
        for spelling in (number, f"{number[:3]} {number[3:7]} {number[7:]}"):
            other.request("GET", "/flows/-/cancel/")
            refused = other.answer("verify-only", phone=spelling)
            assert refused["response_errors"]["phone_number"][0]["code"] == "number_taken"
    finally:
        server.stop()


def test_a_stranger_verifies_nothing(stranger: JsonClient, double: GatewayDouble, number: str) -> None:
    assert stranger.answer("verify-only", phone=number)["component"] == "ak-stage-access-denied"
    assert double.requests == []


def test_basic_authentication_goes_to_the_gateway(owner: JsonClient, double: GatewayDouble, number: str) -> None:
    owner.answer("verify-only", phone=number)
    assert double.requests[0].headers["authorization"] == "Basic dXNlcjpwYXNz"
    assert json.loads(double.requests[0].body)["To"] == number
