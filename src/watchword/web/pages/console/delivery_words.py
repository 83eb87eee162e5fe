"""Deliveries in words: what for, what became of them, how long they took."""

from functools import cache

from watchword.gateways.errors import Category
from watchword.gateways.registry import GATEWAYS
from watchword.phone import countries
from watchword.storage.deliveries import Delivery

PURPOSES = {
    "enrolment": "Adding a phone",
    "validation": "Signing in",
    "recovery": "Recovering an account",
    "notice": "Notice",
    "test": "Test message",
}

CATEGORIES: dict[Category, str] = {
    "configuration": "wrong settings",
    "throttled": "too many at once",
    "number": "wrong number",
    "route": "no way to the number",
    "delivery": "not delivered",
    "abuse": "taken for abuse",
    "network": "gateway not reached",
    "gateway": "gateway refused",
    "mapping": "mapping failed",
}

_SECOND = 1000


def purpose(name: str) -> str:
    return PURPOSES.get(name, name.replace("_", " ").capitalize())


def why(delivery: Delivery) -> str:
    """Of a failure in few words, or ""."""
    known = next((words for category, words in CATEGORIES.items() if category == delivery.category), "")
    return known or delivery.category or ""


def outcome(delivery: Delivery) -> str:
    return "Sent" if delivery.outcome == "sent" else "Failed"


def gateway(kind: str) -> str:
    return GATEWAYS[kind].label if kind in GATEWAYS else kind


def country(region: str | None) -> str:
    return _names().get(region or "", region or "")


def duration(milliseconds: int) -> str:
    text = f"{milliseconds} ms" if milliseconds < _SECOND else f"{milliseconds / _SECOND:.1f} s"
    return text.replace(" ", "\N{NO-BREAK SPACE}")


@cache
def _names() -> dict[str, str]:
    return {one.region: one.name for one in countries()}
