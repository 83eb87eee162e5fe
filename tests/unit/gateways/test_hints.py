"""What a kept code or status still says when the delivery is looked at."""

from typing import get_args

import pytest

from watchword.gateways.errors import Category
from watchword.gateways.explanations import EXPLANATIONS
from watchword.gateways.generic.errors import MEANINGS as STATUSES
from watchword.gateways.hints import dictionary_url, hint_of
from watchword.gateways.twilio.errors import MEANINGS


def test_every_category_is_explained() -> None:
    assert set(EXPLANATIONS) == set(get_args(Category))
    assert all(all(explanation) for explanation in EXPLANATIONS.values())


@pytest.mark.parametrize("code", MEANINGS)
def test_each_of_twilios_codes_has_its_own_hint(code: int) -> None:
    assert hint_of("twilio", str(code), 400) == MEANINGS[code].hint != ""


@pytest.mark.parametrize("status", STATUSES)
def test_an_endpoints_status_has_its_own_hint(status: int) -> None:
    assert hint_of("generic", None, status) == STATUSES[status].hint != ""


@pytest.mark.parametrize(
    ("gateway", "code", "status"),
    [
        ("twilio", "99999", 400),
        ("twilio", None, None),
        ("twilio", "21211", 201),
        ("generic", "21211", 500),
        ("demo", "21211", 400),
        ("no longer there", None, 404),
    ],
)
def test_of_others_nothing_is_known(gateway: str, code: str | None, status: int | None) -> None:
    assert hint_of(gateway, code, status) == ""


def test_a_code_that_is_none_is_read_by_its_status() -> None:
    for code in ("", "x", "2100", "²1211", "9" * 300):
        assert hint_of("twilio", code, 401) == MEANINGS[20003].hint


@pytest.mark.parametrize(
    ("gateway", "code", "url"),
    [
        ("twilio", "21211", "https://www.twilio.com/docs/api/errors/21211"),
        ("twilio", "../../x", ""),
        ("twilio", "٢١٢١١", ""),
        ("twilio", None, ""),
        ("generic", "21211", ""),
    ],
)
def test_only_twilios_codes_have_a_page(gateway: str, code: str | None, url: str) -> None:
    assert dictionary_url(gateway, code) == url
