"""Throttles: how often each limit held somebody back."""

from prometheus_client import CollectorRegistry

from watchword.metrics.instrument import Instrument
from watchword.metrics.labels import OTHER

THROTTLED = Instrument(
    "watchword_throttled_total",
    "counter",
    "Requests that a limit held back; the limits are in the table below.",
    ("limit",),
)
INSTRUMENTS = (THROTTLED,)

RESEND_WAIT = "resend_wait"
LIMITS: dict[str, str] = {
    RESEND_WAIT: "A new code was asked for too soon after the one before.",
    "sms_number": "Messages a day to one number.",
    "sms_session": "Messages an hour that one visitor causes.",
    "recovery_name": "Messages a day for one name in a recovery flow.",
    "recovery_number": "Messages a day to one number in recovery flows.",
    "wrong_number": "Wrong codes an hour for one number.",
    "wrong_user": "Wrong codes an hour for one user.",
    "wrong_device": "Wrong codes an hour for one device.",
    "password_user": "Wrong passwords of one user.",
    "password_address": "Wrong passwords from one address.",
    "send-test_hour": "Test messages an hour of one administrator.",
    "send-test_day": "Test messages a day of one administrator.",
    "check-gateway": "Checks of a gateway an hour of one administrator.",
    "start-link": "Wrong links to the first administrator's page.",
    OTHER: "A limit that has no name here.",
}
"""Limit -> what it bounds. They are the beginnings of the keys under which throttles are kept."""


def limit_of(key: str) -> str:
    """From a throttle's key, which goes on with whom it is about, to its limit."""
    first, _, rest = key.partition(":")
    for name in (f"{first}_{rest.partition(':')[0]}", first):
        if name in LIMITS:
            return name
    return OTHER


class ThrottleMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._throttled = THROTTLED.counter(registry)

    def held_back(self, limit: str) -> None:
        """By one of `LIMITS`."""
        self._throttled.labels(limit if limit in LIMITS else OTHER).inc()
