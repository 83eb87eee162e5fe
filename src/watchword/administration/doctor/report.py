"""What an examination comes to."""

from collections import Counter
from datetime import datetime

import msgspec

from watchword import __version__
from watchword.administration.doctor.finding import SEVERITIES, Finding, Severity

SHAPE = 1
"""Of the report as JSON: it changes when a program that reads it would have to."""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """What one check came to. `skipped` says why it was not made, and is None where it was."""

    check: str
    title: str
    findings: tuple[Finding, ...] = ()
    skipped: str | None = None
    seconds: float = 0.0

    @property
    def severity(self) -> Severity:
        """The worst."""
        return worst(self.findings)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """`at` is by the clock of the server that was examined."""

    at: datetime
    sections: tuple[Section, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for section in self.sections for finding in section.findings)

    @property
    def severity(self) -> Severity:
        return worst(self.findings)

    @property
    def counts(self) -> dict[Severity, int]:
        """By severity, the worst first; 0 too."""
        counted = Counter(finding.severity for finding in self.findings)
        return {severity: counted[severity] for severity in reversed(SEVERITIES)}

    @property
    def summary(self) -> str:
        """One sentence."""
        counts = self.counts
        skipped = sum(section.skipped is not None for section in self.sections)
        parts = [
            _many(counts["error"], "thing is wrong", "things are wrong"),
            _many(counts["warning"], "warning", "warnings"),
            _many(counts["advice"], "piece of advice", "pieces of advice"),
            _many(skipped, "check was not made", "checks were not made"),
        ]
        said = ", ".join(part for part in parts if part)
        return f"{said[:1].upper()}{said[1:]}." if said else "All is well."


def _many(count: int, one: str, more: str) -> str:
    return "" if count == 0 else f"{count} {one if count == 1 else more}"


def worst(findings: tuple[Finding, ...]) -> Severity:
    return max((finding.severity for finding in findings), key=SEVERITIES.index, default="ok")


def as_json(report: Report) -> bytes:
    """As docs/doctor.md describes it."""
    told = {
        "shape": SHAPE,
        "watchword": __version__,
        "at": report.at,
        "severity": report.severity,
        "counts": report.counts,
        "checks": report.sections,
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2)
