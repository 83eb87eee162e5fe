"""What came of asking a gateway whether it would take a message."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal, NamedTuple

import msgspec

from watchword.gateways.errors import Category, SendError
from watchword.gateways.explanations import EXPLANATIONS

Severity = Literal["ok", "warning", "error"]


class Finding(NamedTuple):
    """`fix` is what to do about it. Neither holds a secret, nor what a gateway answered."""

    severity: Severity
    sentence: str
    fix: str = ""


class Check(msgspec.Struct, frozen=True):
    """`failed` is why there was no answer; `their_time` and `certificate_ends` are what came along with one."""

    findings: tuple[Finding, ...]
    failed: Category | None = None
    their_time: datetime | None = None
    certificate_ends: datetime | None = None

    @property
    def ok(self) -> bool:
        """Whether messages can be sent; there may be warnings."""
        return all(finding.severity != "error" for finding in self.findings)


def time_in(headers: Mapping[str, str]) -> datetime | None:
    """When an answer was made, by the clock of whoever made it (`Date`, RFC 9110, 6.6.1): whole seconds."""
    try:
        told = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told


def no_answer(error: SendError) -> Finding:
    """Of a question that got none. Only for details that hold nothing of an answer."""
    return Finding("error", error.detail, error.hint or EXPLANATIONS[error.category].fix)
