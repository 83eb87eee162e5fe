"""What the fields of an SMS stage look like with each gateway."""

from collections.abc import Iterator, Mapping
from typing import Any

from watchword.gateways.generic.shapes import URL
from watchword.gateways.shapes import Shape, slip_of
from watchword.gateways.twilio.shapes import ACCOUNT_SID, API_KEY_SID, AUTH_TOKEN, SENDER

SHAPES: dict[str, dict[str, Shape]] = {
    "account_sid": {"twilio": ACCOUNT_SID, "generic": URL},
    "from_number": {"twilio": SENDER},
    "gateway_url": {"twilio": URL},
    "api_key_sid": {"twilio": API_KEY_SID},
    "auth": {"twilio": AUTH_TOKEN},
}
"""By field, and by gateway."""


def slips(provider: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What looks wrong, by field; none of it is refused, as a stand-in for Twilio may use other names."""
    for field, shapes in SHAPES.items():
        shape = shapes.get(provider)
        if shape and not values.get(shape.unless) and (sentence := slip_of(shape, str(values.get(field) or ""))):
            yield field, sentence
