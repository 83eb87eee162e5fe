"""The doctor on expressions: the sandbox knows less of Python than Python does."""

import pytest
from msgspec import structs

from tests.unit.administration.doctor.patients import codes, not_checked, patient
from tests.unit.engine.flows import policy, prompt
from watchword.administration.doctor.checks.expressions import check
from watchword.administration.doctor.patient import NO_CONFIGURATION
from watchword.errors import ConfigurationInvalid, Problem, SettingsInvalid
from watchword.model.mapping import NotificationWebhookMapping

UNKNOWN = "x = 1\ndel x\nreturn True"
"""Python reads it; the sandbox does not."""


async def test_what_the_sandbox_reads_is_fine() -> None:
    [told] = await check(patient(policy("return True"), policy("return request.user is None")))
    assert (told.code, "all of 2" in told.sentence) == ("expressions_fine", True)


async def test_an_expression_is_read_and_not_run() -> None:
    assert codes(await check(patient(policy("while True:\n    pass")))) == ["expressions_fine"]
    assert codes(await check(patient(policy("return nobody_knows_this")))) == ["expressions_fine"]


async def test_a_policy_that_the_sandbox_cannot_read_is_wrong() -> None:
    bad = policy(UNKNOWN, "bad")
    [told] = await check(patient(bad, policy("return True")))
    assert (told.code, told.about, told.pk) == ("expression_unreadable", "Policy “bad”", bad.pk)
    assert "'del'" in told.sentence


async def test_so_is_a_mapping() -> None:
    mapping = NotificationWebhookMapping(name="posts", expression=UNKNOWN)
    [told] = await check(patient(mapping))
    assert (told.about, told.pk) == ("Webhook mapping “posts”", mapping.pk)


@pytest.mark.parametrize("field", ["placeholder", "initial_value"])
async def test_and_a_prompts_where_it_is_an_expression(field: str) -> None:
    text = structs.replace(prompt(), **{field: UNKNOWN})
    assert codes(await check(patient(text))) == ["expressions_fine"]
    expression = structs.replace(text, **{f"{field}_expression": True})
    [told] = await check(patient(expression))
    assert (told.code, told.about) == ("expression_unreadable", "Prompt “prompt phone”")


async def test_each_that_is_bad_is_told() -> None:
    found = await check(patient(policy(UNKNOWN, "one"), policy(UNKNOWN, "two"), policy("return 1", "three")))
    assert [one.about for one in found] == ["Policy “one”", "Policy “two”"]


async def test_a_configuration_that_is_not_valid_is_told_by_its_problems() -> None:
    problems = [Problem("a.model", "mine", "order", "is wrong"), Problem("a.model", "+4915123456713", "x", "too")]
    ill = patient(snapshot=None, configuration_trouble=ConfigurationInvalid(problems))
    first, second = await check(ill)
    assert (first.code, first.about) == ("configuration_invalid", "a.model “mine”")
    assert "order: is wrong" in first.sentence
    assert "+4915123456713" not in second.about


async def test_what_cannot_be_opened_is_not_checked() -> None:
    sealed = patient(snapshot=None, configuration_trouble=SettingsInvalid("sealed"))
    assert await not_checked(check, sealed) == NO_CONFIGURATION
    assert await not_checked(check, patient(snapshot=None)) == NO_CONFIGURATION
