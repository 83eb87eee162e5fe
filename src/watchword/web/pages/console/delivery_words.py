"""Deliveries in words: what for, what became of them, how long they took."""

from functools import cache
from math import ceil

from watchword.gateways.errors import Category
from watchword.gateways.registry import GATEWAYS
from watchword.money import as_text
from watchword.phone import countries
from watchword.storage.deliveries import Delivery
from watchword.web.pages.words import span

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
    "busy": "queue full",
    "resting": "gateway resting",
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


def came_back(delivery: Delivery) -> str:
    """How soon its code was entered, as "within 24 seconds", or ""."""
    if delivery.confirmed is None:
        return ""
    return f"within {span(max(0, ceil((delivery.confirmed - delivery.created).total_seconds())))}"


def cost(delivery: Delivery) -> str:
    """Of all its segments, or "" where nobody had said what one costs."""
    if delivery.segment_price is None or not delivery.currency:
        return ""
    return as_text(delivery.segment_price * delivery.segments, delivery.currency)


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
