"""What gateways make of an answer: an error that tells the administrator all and leaks nothing, or a name."""

from email.utils import parsedate_to_datetime

from watchword.gateways.base import GatewaySettings
from watchword.gateways.check import Check, Finding, time_in
from watchword.gateways.errors import Category, SendError
from watchword.gateways.exchange import Answer
from watchword.gateways.message import Message
from watchword.gateways.scrub import scrub

EXCERPT = 500
"""Characters of an answer that an event and a delivery keep."""

MAX_WAIT = 86_400
"""Seconds: a gateway that asks for more than a day is not believed."""

_MAX_NAME = 200


def checked(answer: Answer, findings: tuple[Finding, ...]) -> Check:
    return Check(findings, their_time=time_in(answer.headers), certificate_ends=answer.certificate_ends)


def excerpt(answer: Answer, settings: GatewaySettings, message: Message) -> str:
    """The first 500 characters, made harmless."""
    return scrub(answer.text, [message.to, message.code, *settings.secrets()], EXCERPT)


def failure(
    answer: Answer,
    settings: GatewaySettings,
    message: Message,
    *,
    category: Category,
    permanent: bool = False,
    retry_elsewhere: bool = False,
    sentence: str | None = None,
    hint: str = "",
    provider_code: int | str | None = None,
) -> SendError:
    """The error for an answer that says no."""
    words = excerpt(answer, settings, message)
    said = f"Status {answer.status}: {words}"
    return SendError(
        category,
        f"{hint} {said}" if hint else said,
        permanent=permanent,
        retry_elsewhere=retry_elsewhere,
        sentence=sentence,
        http_status=answer.status,
        provider_code=provider_code,
        retry_after=retry_after(answer),
        hint=hint,
        answer=words,
    )


def retry_after(answer: Answer) -> int | None:
    """Seconds to wait, from `Retry-After` in either form (RFC 9110, 10.2.3); a date counts from the answer's own
    `Date`, so that a clock that is wrong, theirs or ours, does no harm.
    """
    said = answer.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        seconds = int(said[:9])
    else:
        try:
            until, now = (parsedate_to_datetime(text) for text in (said, answer.headers.get("date", "")))
            seconds = int((until - now).total_seconds())
        except (TypeError, ValueError, OverflowError):  # TypeError: one has a time zone and the other none
            return None
    return min(max(seconds, 0), MAX_WAIT)


def name_in(said: object, keys: tuple[str, ...], settings: GatewaySettings, message: Message) -> str | None:
    """The message's name under the first of the keys that has a short plain text; None where that text holds the
    number, the code or a secret, as names are kept and shown.
    """
    if not isinstance(said, dict):
        return None
    names = (said.get(key) for key in keys)
    name = next((name for name in names if isinstance(name, str) and 0 < len(name) <= _MAX_NAME), None)
    if name is None or not name.isprintable() or scrub(name, [message.to, message.code, *settings.secrets()]) != name:
        return None
    return name
