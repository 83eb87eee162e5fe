"""Money, exactly: whole millionths of a currency, for a segment may cost less than a cent."""

from decimal import Decimal
from functools import cache
from typing import NamedTuple

from babel import Locale
from babel.numbers import format_currency, list_currencies

MICROS = 1_000_000
AMOUNT = r"^([0-9]{1,4}(\.[0-9]{1,6})?)?$"
"""How an amount is written; empty where it is not known."""

_CENT, _FINE, _FINEST = Decimal("0.01"), Decimal("0.0001"), Decimal("0.000001")


class Price(NamedTuple):
    """`micros` are millionths, `currency` an ISO 4217 code."""

    micros: int
    currency: str


def price(amount: str, currency: str) -> Price | None:
    """None without an amount; it must be written as `AMOUNT` says."""
    return Price(int(Decimal(amount) * MICROS), currency) if amount else None


@cache
def currencies() -> frozenset[str]:
    return frozenset(list_currencies())


def as_text(micros: Decimal | int, currency: str, locale: str = "en") -> str:
    """As "$0.0075": from one on with the currency's own digits, below that with as many as say something."""
    exact = Decimal(micros) / MICROS
    digits = _FINE if exact >= _CENT else _FINEST
    text: str = format_currency(
        exact.quantize(digits), currency, locale=Locale.parse(locale, sep="-"), decimal_quantization=exact >= 1
    )
    return text
