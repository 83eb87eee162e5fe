"""Money is exact, and written so that a fraction of a cent can be read."""

import re
from decimal import Decimal

import pytest

from watchword.money import AMOUNT, Price, as_text, currencies, price


@pytest.mark.parametrize(
    ("written", "micros"),
    [
        ("0", 0),
        ("0.0075", 7_500),
        ("0.000001", 1),
        ("1.10", 1_100_000),
        ("9999.999999", 9_999_999_999),
        ("0.29", 290_000),
    ],
)
def test_a_price_is_taken_as_it_is_written(written: str, micros: int) -> None:
    assert re.match(AMOUNT, written)
    assert price(written, "EUR") == Price(micros, "EUR")


def test_an_unknown_price_is_none() -> None:
    assert re.match(AMOUNT, "")
    assert price("", "EUR") is None


@pytest.mark.parametrize(
    "written", ["0,0075", "-1", "+1", "1e3", ".5", "1.", "12345", "0.0000001", "٣", "1 2", "NaN", "0x1"]
)
def test_what_is_no_amount_is_none_of_the_pattern(written: str) -> None:
    assert not re.match(AMOUNT, written)


@pytest.mark.parametrize(
    ("micros", "shown"),
    [
        (0, "$0.00"),
        (1, "$0.000001"),
        (7_500, "$0.0075"),
        (11_900, "$0.0119"),
        (397_512, "$0.3975"),
        (1_995_000, "$2.00"),
        (1_234_567_891_234, "$1,234,567.89"),
        (Decimal(10) / 3 * 1000, "$0.003333"),
    ],
)
def test_an_amount_has_the_digits_that_say_something(micros: Decimal | int, shown: str) -> None:
    assert as_text(micros, "USD") == shown


def test_an_amount_is_written_as_its_currency_and_language_are() -> None:
    assert as_text(12_000_000, "JPY") == "¥12"
    assert as_text(1_500_000, "EUR", "de-AT").replace("\xa0", " ") == "€ 1,50"


def test_currencies_are_known_by_their_letters() -> None:
    assert {"EUR", "USD", "CHF", "JPY"} < currencies()
    assert "EURO" not in currencies()
    assert "XYZ" not in currencies()
