"""A label is one of few words, whatever comes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import OTHER, OWNER, STRANGER
from watchword.metrics.labels import country_label
from watchword.phone import parse


@pytest.mark.parametrize("person", [OWNER, OTHER, STRANGER])
def test_a_number_is_of_its_country(person: object) -> None:
    number = parse(person.number)  # type: ignore[attr-defined]  # one of three people
    assert number
    assert country_label(number.region) == person.region  # type: ignore[attr-defined]  # the same


@pytest.mark.parametrize(
    ("region", "label"), [(None, "unknown"), ("", "unknown"), ("001", "other"), ("de", "other"), ("DEU", "other")]
)
def test_what_is_no_country_has_a_word_too(region: str | None, label: str) -> None:
    assert country_label(region) == label


@given(st.text())
def test_whatever_is_given_there_are_no_more_labels_than_countries(text: str) -> None:
    assert re.fullmatch(r"[A-Z]{2}|other|unknown", country_label(text))
    assert country_label(text) in (text, "other", "unknown")
