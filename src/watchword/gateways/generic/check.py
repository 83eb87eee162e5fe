"""What an endpoint's answer to a question without a message means."""

from datetime import datetime, timedelta

from watchword.gateways.check import Finding
from watchword.gateways.exchange import Answer
from watchword.gateways.generic.settings import GenericSettings
from watchword.gateways.generic.shapes import URL
from watchword.gateways.shapes import slip_of

SOON = timedelta(days=21)
"""Certificates are renewed a month before their end; one that is nearer to it was forgotten."""

_REDIRECTION, _SERVER_ERROR = 300, 500
_NO_SUCH_METHOD = frozenset({405, 501})

_SAID: dict[int, Finding] = {
    401: Finding("error", "401: it does not take these credentials.", "Check their kind, and type them again."),
    403: Finding(
        "warning",
        "403: it is there, and refuses: either these credentials, or whoever asks without a message.",
        "A test message tells.",
    ),
    404: Finding(
        "warning",
        "404: nothing is at this address, or nothing for whoever asks without a message.",
        "Check the address for a slip. If it is right, a test message tells.",
    ),
    410: Finding("error", "410: the endpoint is gone from this address.", "Ask for its new one."),
    429: Finding("warning", "429: it is there, and asks to slow down.", "Wait a minute, and check again."),
}


def of_answer(answer: Answer, settings: GenericSettings, now: datetime) -> tuple[Finding, ...]:
    plain = slip_of(URL, settings.address)
    certificate = (_certificate(answer.certificate_ends, now),) if answer.certificate_ends else ()
    return (_status(answer.status), *certificate, *((Finding("warning", plain),) if plain else ()))


def _status(status: int) -> Finding:
    if status in _SAID:
        return _SAID[status]
    if status in _NO_SUCH_METHOD:
        return Finding("ok", f"{status}: it is there, and answers only to messages. That is fine.")
    if status < _REDIRECTION:
        return Finding("ok", f"{status}: it is there, and answers.")
    if status < 400:
        return Finding(
            "error", f"{status}: it redirects, which is not followed.", "Give the address that it redirects to."
        )
    if status < _SERVER_ERROR:
        return Finding("ok", f"{status}: it is there, and misses the message. That is fine.")
    return Finding("error", f"{status}: it is there, and in trouble.", "Whoever runs it should look into its log.")


def _certificate(ends: datetime, now: datetime) -> Finding:
    day = f"{ends.day} {ends:%B %Y}"
    if ends - now < SOON:
        return Finding(
            "warning", f"Its certificate ends on {day}.", "It should be renewed before: from then on nothing is sent."
        )
    return Finding("ok", f"Its certificate is trusted, and good until {day}.")
