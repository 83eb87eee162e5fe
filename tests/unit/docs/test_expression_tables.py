"""The tables of what expressions can use are those of the code."""

import re

import pytest
from scripts.make_expression_tables import FILE, filled

from watchword.expressions.reference.entry import Entry
from watchword.expressions.reference.helpers import HELPERS, MISSING
from watchword.expressions.reference.variables import VARIABLES
from watchword.expressions.sandbox import _HOST_CALLS, _RECURSION, AT_ONCE
from watchword.expressions.session import _PRINTED_BYTES

PAGE = FILE.read_text()


def test_the_tables_are_up_to_date() -> None:
    assert filled(PAGE) == PAGE, "Run: python scripts/make_expression_tables.py"


@pytest.mark.parametrize("entry", [*VARIABLES, *HELPERS, *MISSING], ids=lambda entry: entry.shown)
def test_everything_that_can_be_used_is_described(entry: Entry) -> None:
    assert f"| `{entry.shown}` | {entry.means}" in PAGE
    assert all(f"`{part}`" in PAGE for part in entry.parts)


def test_what_is_added_or_changed_by_hand_is_found() -> None:
    [first] = re.findall(r"^\| `request\.user` .*$", PAGE, re.MULTILINE)
    for changed in (
        PAGE.replace(first, first.replace("Who", "Whoever")),
        PAGE.replace(first, f"{first}\n| `invented` | Nothing. |"),
        PAGE.replace(f"{first}\n", ""),
    ):
        assert changed != PAGE
        assert filled(changed) == PAGE


def test_what_stands_around_the_tables_stays() -> None:
    more = PAGE.replace("## Prompts\n", "## Prompts\n\nA sentence more.\n")
    assert filled(more) == more


def test_the_limits_are_those_of_the_code() -> None:
    said = " ".join(PAGE.split("## Limits")[1].split())
    assert f"ask the server {_HOST_CALLS} times, call {_RECURSION} deep and print {_PRINTED_BYTES // 1024} KiB" in said
    assert "Four run at once." in said
    assert AT_ONCE == 4
