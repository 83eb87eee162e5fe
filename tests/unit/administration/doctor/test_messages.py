"""The doctor on messages: their segments, what forces them, and what they cost."""

from typing import Any

import pytest

from tests.unit.administration.doctor.patients import codes, not_checked, only, patient, stage
from tests.unit.engine.flows import sms
from watchword.administration.doctor.checks import messages
from watchword.administration.doctor.checks.messages import check
from watchword.administration.doctor.finding import Finding
from watchword.administration.doctor.patient import NO_CONFIGURATION

LONG = "{code} " + "word " * 40
HUNDRED = "Your code is {code}." + " " * 115


async def found(**values: Any) -> list[Finding]:
    return await check(patient(stage(**values)))


async def test_the_usual_message_fits_one_segment_and_has_a_price() -> None:
    [told] = await found()
    assert told.code == "message_fits"
    assert "€0.0075 a message" in told.sentence
    assert "characters to spare" in told.sentence


async def test_without_a_price_that_is_advice() -> None:
    told = await found(segment_price="", currency="")
    assert codes(told) == ["price_unset", "message_fits"]
    assert "€" not in only(told, messages.FITS).sentence


async def test_what_only_pretends_has_no_price() -> None:
    assert codes(await found(provider="demo", segment_price="", currency="")) == ["message_fits"]


async def test_a_long_message_is_told_with_what_it_costs() -> None:
    told = await found(message=LONG)
    assert codes(told) == ["message_long", "message_unbound"]
    assert only(told, messages.LONG).sentence == "Its message takes 2 segments, €0.015 a message."


@pytest.mark.parametrize(
    ("char", "advice"),
    [
        ("“", 'Write " in place of “ (left double quotation mark).'),
        ("…", "Write ... in place of … (horizontal ellipsis)."),
        ("ş", "Leave ş (latin small letter s with cedilla) out."),
    ],
)
async def test_characters_that_force_ucs_2_are_named(char: str, advice: str) -> None:
    told = await found(message=f"{{code}} {char}")
    assert only(told, messages.FORCED).fix == advice


async def test_characters_that_only_count_twice_are_no_matter() -> None:
    assert codes(await found(message="{code} costs 0 €")) == ["message_fits"]


async def test_a_message_without_room_for_the_bound_line_is_advice() -> None:
    assert codes(await found(message=HUNDRED)) == ["message_unbound", "message_fits"]


async def test_the_host_is_the_public_one() -> None:
    """A longer name leaves less room."""
    text = "{host} {code}" + "." * 70
    assert codes(await check(patient(stage(message=text)))) == ["message_fits"]
    long = "https://" + "a" * 40 + ".example.org"
    assert codes(await check(patient(stage(message=text), public_url=long))) == ["message_unbound", "message_fits"]
    assert codes(await check(patient(stage(message=text), public_url=None))) == ["message_fits"]


async def test_a_longer_code_leaves_less_room() -> None:
    text = "{code}" + "." * 122
    assert codes(await found(message=text, code_length=6)) != codes(await found(message=text, code_length=10))


async def test_what_a_mapping_makes_is_for_its_own_page() -> None:
    step = sms(mapping="return {'a': token}", segment_price="0.01", currency="EUR")
    assert codes(await check(patient(step.stage, *step.parts))) == ["message_mapped"]


async def test_each_stage_is_told_and_none_is_told_too() -> None:
    two = [stage(name="b", message=LONG), stage(name="a")]
    told = await check(patient(*two))
    assert [(one.about, one.code) for one in told] == [
        ("Stage “a”", "message_fits"),
        ("Stage “b”", "message_long"),
        ("Stage “b”", "message_unbound"),
    ]
    assert codes(await check(patient())) == ["messages_none"]


async def test_without_configuration_nothing_is_said() -> None:
    assert await not_checked(check, patient(snapshot=None)) == NO_CONFIGURATION
