"""What the doctor's page shows."""

from datetime import datetime

import msgspec

from watchword.administration.doctor.finding import SEVERITIES, Finding, Severity
from watchword.administration.doctor.report import Report, Section
from watchword.model.base import ConfigObject
from watchword.model.snapshot import Snapshot
from watchword.web.pages.console.sections import page_url, section_of

WORDS: dict[Severity, str] = {"ok": "Good", "advice": "Advice", "warning": "Mind", "error": "Wrong"}

_TONES: dict[Severity, str] = {"ok": "success", "advice": "success", "warning": "warning", "error": "danger"}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A finding; `url` leads to what it is about, and is "" where that has no page."""

    title: str
    severity: Severity
    word: str
    sentence: str
    fix: str = ""
    about: str = ""
    url: str = ""
    deed: str = ""


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    why: str


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """Before the button is pressed there is no `summary`. The worst comes first in `wrong`, which has advice too."""

    ask: bool = True
    refused: str = ""
    summary: str = ""
    tone: str = ""
    at: datetime | None = None
    wrong: tuple[Told, ...] = ()
    well: tuple[Told, ...] = ()
    skipped: tuple[Skipped, ...] = ()


def examined(report: Report, snapshot: Snapshot, offline: bool) -> Examined:
    told = [_told(section, finding, snapshot) for section in report.sections for finding in section.findings]
    wrong = [one for one in told if one.severity != "ok"]
    return Examined(
        ask=not offline,
        summary=report.summary,
        tone=_TONES[report.severity],
        at=report.at,
        wrong=tuple(sorted(wrong, key=lambda one: -SEVERITIES.index(one.severity))),
        well=tuple(one for one in told if one.severity == "ok"),
        skipped=tuple(
            Skipped(title=section.title, why=section.skipped)
            for section in report.sections
            if section.skipped is not None
        ),
    )


def _told(section: Section, finding: Finding, snapshot: Snapshot) -> Told:
    where = snapshot.get(finding.pk, ConfigObject)
    return Told(
        title=section.title,
        severity=finding.severity,
        word=WORDS[finding.severity],
        sentence=finding.sentence,
        fix=finding.fix,
        about=finding.about,
        url=page_url(where) if where else "",
        deed=f"Open the {section_of(type(where)).noun} “{where.called}”" if where else "",
    )
