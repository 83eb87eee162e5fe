"""The page of what breaks names every fault that a test breaks, with what the test finds."""

import re

from tests.faults.databases import ON_POSTGRESQL, ON_SQLITE
from tests.faults.gateways import FAULTS
from tests.manual import DOCS
from watchword.errors import DatabaseUnavailable
from watchword.expressions.policies import UNCHECKED
from watchword.gateways.errors import SENTENCES, TRY_AGAIN
from watchword.stages.authenticator_sms.state import SENDING

PAGE = (DOCS / "faults.md").read_text("utf-8")
FLOWING = re.sub(r"\s+", " ", PAGE)


def rows(heading: str) -> dict[str, list[str]]:
    """The cells after the first, by the first; of the only table under a heading."""
    part = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| ")]
    return {first: rest for first, *rest in lines[1:]}


def test_each_fault_of_a_gateway_has_its_category_and_its_sentence() -> None:
    told = rows("The gateway")
    assert {name: cells[0] for name, cells in told.items()} == {one.name: f"`{one.category}`" for one in FAULTS}
    for one in FAULTS:
        assert (one.sentence in told[one.name][1]) is (one.sentence != TRY_AGAIN)


def test_each_fault_of_a_database_is_there_with_what_still_works() -> None:
    expected = {one.name: "works" if one.reads else "fails" for one in (*ON_SQLITE, *ON_POSTGRESQL)}
    assert {name: cells[0] for name, cells in rows("The database").items()} == expected


def test_what_visitors_read_is_what_the_page_says() -> None:
    for sentence in (TRY_AGAIN, SENTENCES["throttled"], DatabaseUnavailable().message, UNCHECKED):
        assert f'"{sentence}' in FLOWING


def test_a_lost_message_is_given_up_when_the_page_says() -> None:
    assert f"after {SENDING.seconds} seconds a new one can be had" in FLOWING
