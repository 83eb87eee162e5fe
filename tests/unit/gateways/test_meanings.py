"""What the answers of gateways mean: for the visitor, for the administrator, and for another gateway."""

import re
from pathlib import Path
from typing import get_args

import pytest

from watchword.gateways.errors import Category
from watchword.gateways.generic.errors import meaning_of as generic_meaning
from watchword.gateways.twilio.errors import MEANINGS, meaning_of

MANUAL = Path(__file__).parents[3] / "docs" / "twilio.md"


@pytest.mark.parametrize(
    ("status", "category", "permanent"),
    [
        (300, "configuration", True),
        (302, "configuration", True),
        (399, "configuration", True),
        (400, "gateway", False),
        (401, "configuration", True),
        (403, "configuration", True),
        (404, "configuration", True),
        (405, "configuration", True),
        (410, "configuration", True),
        (422, "gateway", False),
        (429, "throttled", False),
        (500, "gateway", False),
        (503, "gateway", False),
        (999, "gateway", False),
    ],
)
def test_a_status_of_an_endpoint_has_a_category(status: int, category: Category, permanent: bool) -> None:
    meaning = generic_meaning(status)
    assert (meaning.category, meaning.permanent) == (category, permanent)


@pytest.mark.parametrize("status", [302, 401, 404, 429])
def test_the_administrator_is_told_what_to_do_about_an_endpoint(status: int) -> None:
    assert generic_meaning(status).hint.endswith(".")


@pytest.mark.parametrize(
    ("code", "status", "category", "permanent", "elsewhere"),
    [
        (21211, 400, "number", True, False),
        (21211, 500, "number", True, False),
        (None, 302, "configuration", True, True),
        (99999, 302, "configuration", True, True),
        (None, 400, "gateway", True, True),
        (99999, 400, "gateway", True, True),
        (None, 401, "configuration", True, True),
        (None, 403, "configuration", True, True),
        (None, 404, "configuration", True, True),
        (None, 429, "throttled", False, True),
        (None, 500, "gateway", False, True),
        (0, 503, "gateway", False, True),
    ],
)
def test_twilios_code_counts_before_its_status(
    code: int | None, status: int, category: Category, permanent: bool, elsewhere: bool
) -> None:
    meaning = meaning_of(code, status)
    assert (meaning.category, meaning.permanent, meaning.retry_elsewhere) == (category, permanent, elsewhere)


@pytest.mark.parametrize("code", MEANINGS)
def test_each_code_of_twilio_is_explained_to_the_administrator(code: int) -> None:
    meaning = MEANINGS[code]
    assert meaning.category in get_args(Category)
    assert meaning.hint.endswith(".")


@pytest.mark.parametrize("code", [21408, 21610, 30450, 60410])
def test_another_gateway_is_no_way_around_a_closed_country_a_stop_or_abuse(code: int) -> None:
    assert MEANINGS[code].permanent
    assert not MEANINGS[code].retry_elsewhere


@pytest.mark.parametrize("code", [code for code in MEANINGS if MEANINGS[code].category == "throttled"])
def test_too_many_messages_is_never_for_good(code: int) -> None:
    assert not MEANINGS[code].permanent


@pytest.mark.parametrize("code", [21408, 21610])
def test_where_the_visitor_can_help_himself_he_is_told_how(code: int) -> None:
    sentence = MEANINGS[code].sentence
    assert sentence is not None
    assert sentence.endswith(".")
    assert "twilio" not in sentence.lower()


def test_the_manual_explains_the_same_codes() -> None:
    rows = re.findall(r"^\| ([0-9][0-9, to]*) \|", MANUAL.read_text(encoding="utf-8"), re.MULTILINE)
    explained: set[int] = set()
    for row in rows:
        for part in row.split(", "):
            first, _, last = part.partition(" to ")
            explained |= {code for code in MEANINGS if int(first) <= code <= int(last or first)}
            assert int(first) in MEANINGS
    assert explained == set(MEANINGS)
