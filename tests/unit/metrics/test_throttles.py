"""Limits have few names, whoever they are about."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import OWNER
from tests.unit.metrics.scraped import series
from watchword.metrics import Metrics
from watchword.metrics.throttles import LIMITS, limit_of

SOURCE = Path(__file__).parents[3] / "src" / "watchword"


@pytest.mark.parametrize(
    ("key", "limit"),
    [
        (f"sms:number:{OWNER.number}", "sms_number"),
        ("sms:session:17", "sms_session"),
        ("resend:wait:stage:abc", "resend_wait"),
        ("wrong:number:abc", "wrong_number"),
        ("wrong:user:3", "wrong_user"),
        ("wrong:device:totp:4", "wrong_device"),
        ("password:user:3:address:192.0.2.1", "password_user"),
        ("password:user:?abc", "password_user"),
        ("password:address:192.0.2.1", "password_address"),
        ("recovery:name:abc", "recovery_name"),
        ("send-test:hour:1", "send-test_hour"),
        ("check-gateway:1", "check-gateway"),
        ("start-link:192.0.2.1", "start-link"),
        ("what nobody named:1", "other"),
        ("", "other"),
    ],
)
def test_a_limit_is_named_by_how_its_key_begins(key: str, limit: str) -> None:
    assert limit_of(key) == limit


@given(st.text())
def test_no_key_makes_a_name_of_its_own(key: str) -> None:
    assert limit_of(key) in LIMITS


def _keys() -> set[str]:
    """How the keys of throttles begin in the code: f-strings with a `Limit` beside them, or handed to a throttle."""
    found = set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.JoinedStr) or not isinstance(node.values[0], ast.Constant):
                continue
            begin = str(node.values[0].value)
            if begin.partition(":")[0] in {name.partition("_")[0] for name in LIMITS}:
                found.add(f"{begin}x")
    return found


def test_every_limit_of_the_code_has_a_name_and_every_name_a_limit() -> None:
    named = {limit_of(key) for key in _keys() if key.count(":")}
    assert named == set(LIMITS) - {"other"}


def test_each_is_counted_under_its_name_and_what_has_none_under_one() -> None:
    metrics = Metrics()
    for limit in ("sms_number", "sms_number", "resend_wait", OWNER.number):
        metrics.throttles.held_back(limit)
    assert series(metrics, "watchword_throttled_total") == {("sms_number",): 2, ("resend_wait",): 1, ("other",): 1}
