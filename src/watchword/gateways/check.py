"""What came of asking a gateway whether it would take a message."""

from typing import Literal, NamedTuple

import msgspec

from watchword.gateways.errors import SendError
from watchword.gateways.explanations import EXPLANATIONS

Severity = Literal["ok", "warning", "error"]


class Finding(NamedTuple):
    """`fix` is what to do about it. Neither holds a secret, nor what a gateway answered."""

    severity: Severity
    sentence: str
    fix: str = ""


class Check(msgspec.Struct, frozen=True):
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether messages can be sent; there may be warnings."""
        return all(finding.severity != "error" for finding in self.findings)


def no_answer(error: SendError) -> Finding:
    """Of a question that got none. Only for details that hold nothing of an answer."""
    return Finding("error", error.detail, error.hint or EXPLANATIONS[error.category].fix)
