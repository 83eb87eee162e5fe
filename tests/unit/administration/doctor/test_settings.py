"""The doctor on settings that are allowed, and better known."""

from typing import Any

import pytest

from tests.unit.administration.doctor.patients import codes, patient
from watchword.administration.doctor.checks.settings import FINE, KINDS, check


async def test_usual_settings_are_fine() -> None:
    assert codes(await check(patient())) == [FINE.code]


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ({"api_reveal_secrets": True}, "secrets_revealed"),
        ({"bootstrap_password": "a long password"}, "bootstrap_left"),
        ({"bootstrap_token": "a token"}, "bootstrap_left"),
        ({"log_level": "debug"}, "log_chatty"),
        ({"gateway_timeout": 2.9}, "gateway_timeout_short"),
        ({"gateway_timeout": 9.1}, "gateway_timeout_long"),
    ],
)
async def test_each_that_stands_out_is_told(setting: dict[str, Any], code: str) -> None:
    [found] = await check(patient(**setting))
    assert found.code == code
    assert found.fix.startswith(("Unset WATCHWORD_", "Set WATCHWORD_"))


async def test_several_are_told_at_once() -> None:
    ill = patient(api_reveal_secrets=True, log_level="debug", gateway_timeout=3.0)
    assert codes(await check(ill)) == ["secrets_revealed", "log_chatty"]


async def test_what_the_settings_hold_is_not_repeated() -> None:
    ill = patient(bootstrap_password="hunter two three", bootstrap_token="tok-123456")
    said = " ".join(f"{one.sentence} {one.fix}" for one in await check(ill))
    assert "hunter" not in said
    assert "tok-" not in said


def test_everything_but_the_fine_one_has_a_fix() -> None:
    assert [kind.code for kind in KINDS if not kind.fix] == [FINE.code]
