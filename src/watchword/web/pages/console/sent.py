"""What became of a test message: what it means and whose move it is first, then the gateway's own words."""

from collections.abc import Iterator

from watchword.administration.sending import SendTestResult
from watchword.web.pages.console.fact import Fact
from watchword.web.pages.console.option_words import option_label


def explained(result: SendTestResult) -> tuple[Fact, ...]:
    return tuple(fact for fact in _explained(result) if fact.text)


def _explained(result: SendTestResult) -> Iterator[Fact]:
    yield Fact("Result", f"{'Sent' if result.sent else 'Not sent'} to {result.number}.")
    code = f" {option_label(result.gateway)}’s code for it is {result.provider_code}." if result.provider_code else ""
    yield Fact("What it means", f"{result.meaning}{code}")
    yield Fact("Whose move it is", result.move)
    yield Fact("What to do", result.fix)
    yield Fact("Text", result.text)
    yield Fact("Segments", _segments(result.segments))
    yield Fact("Time", f"{result.milliseconds} ms")


def _segments(count: int) -> str:
    if count > 1:
        return f"{count}, and each is paid for. The message’s field says why."
    return str(count or "")


def answered(result: SendTestResult) -> tuple[Fact, ...]:
    facts = (
        Fact("HTTP status", "" if result.status is None else str(result.status)),
        Fact("Its id of the message", result.provider_id or ""),
        Fact("What it said", result.detail, code=True),
    )
    return tuple(fact for fact in facts if fact.text)
