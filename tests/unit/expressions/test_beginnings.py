"""Ready-made expressions do what they are called."""

from typing import Any

import pytest

from tests.unit.expressions.conftest import OLIVIA, OSCAR, FakeHost, request_with
from tests.unit.expressions.test_mappings import DEVICE, STAGE
from watchword.expressions.mappings import MappingEngine
from watchword.expressions.policies import PolicyEngine
from watchword.expressions.reference.beginnings import BEGINNINGS, beginning, beginnings
from watchword.expressions.sandbox import Sandbox
from watchword.expressions.scope import HttpView, PolicyRequest
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy
from watchword.model.snapshot import Snapshot

GERMAN, SWISS, FRENCH, LANDLINE = "0151 23456789", "+41 78 123 45 67", "+33 6 12 34 56 78", "+49 30 123456"


def at(address: str) -> PolicyRequest:
    return PolicyRequest(user=OLIVIA, http_request=HttpView(META={"REMOTE_ADDR": address}))


@pytest.mark.parametrize(
    ("name", "request_", "passing"),
    [
        ("countries", request_with(GERMAN), True),
        ("countries", request_with(SWISS), True),
        ("countries", request_with(FRENCH), False),
        ("countries", request_with("nonsense"), False),
        ("mobile", request_with(GERMAN), True),
        ("mobile", request_with("+1 201 555 0123"), True),
        ("mobile", request_with(LANDLINE), False),
        ("mobile", request_with(""), False),
        ("group", request_with(user=OLIVIA), True),
        ("group", request_with(user=OSCAR), False),
        ("group", request_with(user=None), False),
        ("networks", at("198.51.100.7"), True),
        ("networks", at("192.0.2.9"), False),
        ("networks", at("2001:db8::1"), False),
        ("networks", at("2001:db9::1"), True),
    ],
)
async def test_a_policy_passes_whom_it_should(
    engine: PolicyEngine, name: str, request_: PolicyRequest, passing: bool
) -> None:
    policy = ExpressionPolicy(name="p", expression=beginning("policy", name))
    answer = await engine.evaluate(policy, request_, Snapshot())
    assert (answer.passing, answer.failed, len(answer.messages)) == (passing, False, 0 if passing else 1)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("gateway", {"from": "1234", "to": "+4915123456713", "text": "Your code is 042917."}),
        ("text", {"message": "Your code for Watchword is 042917."}),
    ],
)
async def test_a_mapping_makes_what_it_should(sandbox: Sandbox, name: str, made: Any) -> None:
    mapping = NotificationWebhookMapping(name="m", expression=beginning("mapping", name))
    request = request_with()
    assert made == await MappingEngine(sandbox, FakeHost()).render(
        mapping, user=OLIVIA, device=DEVICE, token="042917", stage=STAGE, request=request
    )


def test_every_one_is_tested_here_and_has_a_name_of_its_own() -> None:
    assert [one.name for one in beginnings("policy")] == ["countries", "mobile", "group", "networks"]
    assert [one.name for one in beginnings("mapping")] == ["gateway", "text"]
    assert beginnings("prompt") == ()
    assert len(BEGINNINGS) == 6


def test_there_is_nothing_under_another_name() -> None:
    assert beginning("policy", "nothing") == ""
    assert beginning("mapping", "countries") == ""


def test_countries_are_found_whatever_the_spelling() -> None:
    assert "phone_parse" in beginning("policy", "countries")
    assert "regex" not in beginning("policy", "countries")
