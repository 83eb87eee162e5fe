"""Models as sentences name them."""

import pytest

from watchword.model.words import first_line, within_a_sentence
from watchword.stages.catalogue import CATALOGUE


class Bare:
    pass


class Told:
    """What it is.

    And more.
    """


def test_only_the_first_line_is_told() -> None:
    assert (first_line(Told), first_line(Bare)) == ("What it is.", "")
    assert all(first_line(cls).endswith(".") for cls in CATALOGUE.values())


@pytest.mark.parametrize(
    ("noun", "expected"),
    [("SMS Authenticator Setup Stage", "SMS authenticator setup stage"), ("Flow", "flow"), ("", "")],
)
def test_abbreviations_keep_their_letters(noun: str, expected: str) -> None:
    assert within_a_sentence(noun) == expected
