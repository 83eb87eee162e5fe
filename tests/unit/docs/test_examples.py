"""Each example of the documents is tried; what exists by name is described."""

import json
import re
from collections.abc import AsyncIterator

import pytest

from tests import manual
from tests.manual import PAGES, ROOT
from tests.unit.expressions.conftest import FakeHost, request_with
from watchword.expressions.policies import PolicyEngine
from watchword.expressions.sandbox import Sandbox
from watchword.gateways.twilio.errors import MEANINGS
from watchword.model.policy import ExpressionPolicy
from watchword.model.snapshot import Snapshot


def blocks(language: str) -> list[tuple[str, str]]:
    """Page and content of every block of a language."""
    return [(block.page, block.text) for block in manual.blocks(language)]


@pytest.fixture
async def engine() -> AsyncIterator[PolicyEngine]:
    async with Sandbox(timeout=2, memory_mib=64) as sandbox:
        yield PolicyEngine(sandbox, FakeHost())


@pytest.mark.parametrize(("page", "block"), blocks("json"))
def test_every_json_example_is_json(page: str, block: str) -> None:
    assert json.loads(block)


@pytest.mark.parametrize(("page", "block"), blocks("python"))
async def test_every_policy_of_the_documents_answers_yes_or_no(engine: PolicyEngine, page: str, block: str) -> None:
    policy = ExpressionPolicy(name=page, expression=block)
    for phone in ("+4915123456713", "+4930123456", "nonsense", ""):
        answer = await engine.evaluate(policy, request_with(phone), Snapshot())
        assert not answer.failed
        assert answer.passing in (True, False)


async def test_the_policies_of_the_documents_tell_numbers_apart(engine: PolicyEngine) -> None:
    async def passes(page: str, phone: str) -> bool:
        block = next(block for name, block in blocks("python") if name == page)
        policy = ExpressionPolicy(name=page, expression=block)
        return (await engine.evaluate(policy, request_with(phone), Snapshot())).passing

    assert await passes("console.md", "+49 151 23456713")
    assert not await passes("console.md", "+33612345678")
    assert await passes("expressions.md", "+49 151 23456713")
    assert not await passes("expressions.md", "+49 30 123456")


def test_there_are_examples_of_each_kind() -> None:
    assert {language: bool(blocks(language)) for language in ("json", "python", "yaml", "sh")} == {
        "json": True,
        "python": True,
        "yaml": True,
        "sh": True,
    }


def twilio_codes(page: str) -> set[int]:
    """Codes in the first column of tables; `a to b` means all that lie between and are known."""
    found: set[int] = set()
    for cell in re.findall(r"^\| ([0-9, to]+) \|", page, re.MULTILINE):
        for part in cell.split(","):
            first, _, last = part.partition(" to ")
            found |= {code for code in MEANINGS if int(first) <= code <= int(last or first)}
    return found


def test_every_twilio_code_with_an_advice_is_described() -> None:
    assert twilio_codes((ROOT / "docs" / "twilio.md").read_text()) == set(MEANINGS)


def test_every_make_target_that_the_documents_name_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"(?:`|^)make ([a-z]+)", page.read_text(), re.MULTILINE)}
    assert named
    assert named <= targets
