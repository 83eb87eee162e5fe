"""The doctor's report for people: each finding with a word and a sign, and what to do indented below it."""

import textwrap
from collections.abc import Iterator

import rich_click as click

from watchword.administration.doctor.finding import Finding, Severity
from watchword.administration.doctor.report import Report, Section

WIDTH = 100

_SIGNS: dict[Severity, tuple[str, str, str]] = {
    "ok": ("+", "good", "green"),
    "advice": ("i", "advice", "cyan"),
    "warning": ("!", "warning", "yellow"),
    "error": ("x", "wrong", "red"),
}
"""The sign, the word, and the colour that says the same once more."""

_INDENT = " " * 16


def lines(report: Report, *, colours: bool) -> Iterator[str]:
    for section in report.sections:
        yield click.style(section.title, bold=True) if colours else section.title
        yield from _section(section, colours)
        yield ""
    yield report.summary


def _section(section: Section, colours: bool) -> Iterator[str]:
    if section.skipped is not None:
        yield from _wrapped("-", "not checked", "", section.skipped, colours)
    for finding in section.findings:
        yield from _finding(finding, colours)


def _finding(finding: Finding, colours: bool) -> Iterator[str]:
    sign, word, colour = _SIGNS[finding.severity]
    sentence = f"{finding.about}: {finding.sentence}" if finding.about else finding.sentence
    yield from _wrapped(sign, word, colour, sentence, colours)
    if finding.fix and finding.severity != "ok":
        yield from textwrap.wrap(finding.fix, WIDTH, initial_indent=f"{_INDENT}> ", subsequent_indent=f"{_INDENT}  ")


def _wrapped(sign: str, word: str, colour: str, text: str, colours: bool) -> Iterator[str]:
    head = f"  {sign} {word}".ljust(len(_INDENT))
    first, *rest = textwrap.wrap(text, WIDTH - len(_INDENT), break_on_hyphens=False) or [""]
    yield (click.style(head, fg=colour) if colours and colour else head) + first
    yield from (_INDENT + line for line in rest)
