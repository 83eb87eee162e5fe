"""What the page about limiting numbers says of countries and numbers is what the metadata says."""

import re
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, get_args

import phonenumbers
import pytest
from babel import Locale

from tests.manual import DOCS, blocks
from tests.unit.blueprints.test_docs import DOCUMENTED_POLICY
from tests.unit.expressions.conftest import FakeHost, request_with
from watchword.errors import NumberRefused
from watchword.expressions.policies import PolicyEngine
from watchword.expressions.sandbox import Sandbox
from watchword.model.policy import ExpressionPolicy
from watchword.model.snapshot import Snapshot
from watchword.phone import NumberType, accept, parse

NAME = "limiting-numbers.md"
PAGE = (DOCS / NAME).read_text("utf-8")
POLICIES = [block.text for block in blocks("python", page=NAME)]
COUNTRIES, US_AND_CANADA, MOBILE, KEPT_OUT = range(4)
NAMES = Locale("en").territories

Passes = Callable[[str, str], Coroutine[Any, Any, bool]]


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading."""
    section = PAGE.split(f"# {heading}\n")[1].split("\n## ")[0]
    _, _, *lines = [line for line in section.splitlines() if line.startswith("|")]
    assert lines
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.fixture
async def passes() -> AsyncIterator[Passes]:
    async with Sandbox(timeout=2, memory_mib=64) as sandbox:
        engine = PolicyEngine(sandbox, FakeHost())

        async def ask(expression: str, phone: str) -> bool:
            policy = ExpressionPolicy(name="tried", expression=expression)
            answer = await engine.evaluate(policy, request_with(phone), Snapshot())
            assert not answer.failed
            return answer.passing

        yield ask


def test_the_countries_of_plus_one_are_all_there() -> None:
    table = {row[0]: row[1] for row in rows("What +1 really covers")}
    assert table == {region: NAMES[region] for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[1]}
    assert f"which {len(table)} countries and territories share" in PAGE


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (7, "Russia and Kazakhstan"),
        (44, "also the Isle of Man, Jersey and Guernsey"),
        (39, "also the Vatican"),
        (262, "Réunion and Mayotte"),
    ],
)
def test_other_codes_that_countries_share_are_named(code: int, words: str) -> None:
    assert re.search(rf"`\+{code}`(?: is)? {words}", re.sub(r"\s+", " ", PAGE))
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]
    named = sum(NAMES[region].removesuffix(" City") in words for region in regions)
    assert named == len(regions) - ("also" in words)


def test_the_region_code_of_the_documented_expression_is_an_area_code() -> None:
    number = parse("+1 234 567 8901")
    assert number
    assert (number.region, number.valid) == ("US", True)


async def test_the_documented_expression_judges_as_the_table_says(passes: Passes) -> None:
    for typed, said, *_ in rows("Limit who can enrol"):
        for phone in re.findall(r"`([^`]+)`", typed):
            assert await passes(DOCUMENTED_POLICY, phone) is said.startswith("yes"), phone


def test_what_it_takes_for_a_number_and_is_none_the_stage_refuses() -> None:
    with pytest.raises(NumberRefused):
        accept("+1234", mobile_only=False)


def test_what_it_refuses_is_the_same_number_in_another_spelling() -> None:
    read = {parse(text, "US") for text in ("+1 234 567 8901", "+1-234-567-8901", "+1 (234) 567-8901", "(234) 567-8901")}
    assert len(read) == 1


async def test_policies_by_country_take_their_countries_in_any_spelling_and_no_other(passes: Passes) -> None:
    for phone in ("0151 23456713", "+49 151 23456713", "+43 664 1234567", "+41 78 123 45 67"):
        assert await passes(POLICIES[COUNTRIES], phone)
    for phone in ("+33612345678", "+1 201 555 0123", "+49 12", "nonsense", ""):
        assert not await passes(POLICIES[COUNTRIES], phone)


async def test_the_united_states_and_canada_come_without_the_rest_of_plus_one(passes: Passes) -> None:
    for phone in ("(201) 555-0123", "+1 204 234 5678"):
        assert await passes(POLICIES[US_AND_CANADA], phone)
    for phone in ("+1 876 210 1234", "+1 809 234 5678", "+49 151 23456713"):
        assert not await passes(POLICIES[US_AND_CANADA], phone)


async def test_only_mobile_numbers_pass_and_those_of_which_nobody_knows(passes: Passes) -> None:
    assert await passes(POLICIES[MOBILE], "0151 23456713")
    assert await passes(POLICIES[MOBILE], "+1 201 555 0123")
    assert not await passes(POLICIES[MOBILE], "+49 30 123456")


async def test_single_countries_are_kept_out(passes: Passes) -> None:
    assert await passes(POLICIES[KEPT_OUT], "+49 151 23456713")
    for phone in ("+53 5 1234567", "+252 7 1123456", "+881 6 1234 5678", "0151 23456713"):
        assert not await passes(POLICIES[KEPT_OUT], phone)


def test_every_key_and_type_that_phone_parse_answers_is_described() -> None:
    table = {key.strip("`"): means for key, means in rows("Better: by country")}
    number = parse("+49 151 23456713")
    assert number
    assert table.keys() == set(number.__struct_fields__)
    assert set(re.findall(r"`(\w+)`", table["type"])) == set(get_args(NumberType))
    assert number.e164 in table["e164"]


def test_expensive_numbers_are_refused_as_the_table_says() -> None:
    for kind, examples, _ in rows("Expensive numbers"):
        for example in re.findall(r"`([^`]+)`", examples):
            with pytest.raises(NumberRefused) as refused:
                accept(example, mobile_only=False)
            assert (refused.value.reason == "kind") is (kind != "does not exist"), example


def test_personal_numbers_pass_unless_only_mobile_ones_may() -> None:
    for number in re.findall(r"`([^`]+)`", PAGE.split("Personal numbers (")[1].split(")")[0]):
        assert accept(number, mobile_only=False).type == "personal"
        with pytest.raises(NumberRefused):
            accept(number, mobile_only=True)
