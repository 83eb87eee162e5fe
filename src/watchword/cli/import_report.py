"""The report of an import, as people read it and as programs do."""

import json

import rich_click as click

from watchword.migration.report import FATES, Line, Report


def show(report: Report) -> None:
    """On stdout. What came as it was is counted; what did not has a line."""
    if report.dry:
        click.echo("Nothing was changed: this is what an import would do.\n")
    for kind, counted in report.counts().items():
        told = ", ".join(f"{counted[fate]} {fate}" for fate in FATES if counted[fate])
        click.echo(f"{kind:<36} {told}")
    _list("Left out, or not whole:", [line for line in report.lines if not line.whole])
    _list("Well to know:", [line for line in report.lines if line.whole and line.notes])
    for note in report.notes:
        click.echo(f"\n{note}")


def _list(title: str, lines: list[Line]) -> None:
    if not lines:
        return
    click.echo(f"\n{title}")
    for line in lines:
        click.echo(f"  {line.kind} {line.label} ({line.fate})")
        for said in dict.fromkeys((*line.why, *line.notes)):
            click.echo(f"    - {said}")


def as_json(report: Report) -> str:
    lines = [
        {"kind": line.kind, "label": line.label, "fate": line.fate, "why": line.why, "notes": line.notes}
        for line in report.lines
    ]
    said = {"dry_run": report.dry, "whole": report.whole, "changed": report.changed, "lines": lines}
    return json.dumps({**said, "notes": report.notes}, indent=2, ensure_ascii=False)
