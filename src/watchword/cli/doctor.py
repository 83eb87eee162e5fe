"""`watchword doctor`."""

import asyncio
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import rich_click as click
import structlog

from watchword.administration.doctor.admission import admit
from watchword.administration.doctor.examine import examine
from watchword.administration.doctor.registry import CHECKS, Check
from watchword.administration.doctor.report import Report, as_json
from watchword.administration.doctor.unreadable import unreadable
from watchword.cli.common import data_dir_option, leave, look_at_settings
from watchword.cli.doctor_told import lines
from watchword.clock import system_clock
from watchword.errors import SettingsInvalid
from watchword.storage.urls import read_url

STATUS = {"ok": 0, "advice": 0, "warning": 1, "error": 2}
"""As monitoring plugins have it: fine, warning, critical."""


@click.command("doctor")
@click.option("--json", "as_document", is_flag=True, help="As JSON, for programs.")
@click.option("--offline", is_flag=True, help="Ask neither gateways nor the public address.")
@data_dir_option
def doctor_command(as_document: bool, offline: bool, data_dir: Path | None) -> None:
    """Examine this installation: what is well, what is not, and how to mend it.

    Changes nothing, and may be run beside a server. Ends with 0 where all is well or there is only advice, with 1 where
    there are warnings, and with 2 where something is wrong.
    """
    with _quiet(), _progress() as show:
        report = asyncio.run(_examined(data_dir, offline, show))
    if as_document:
        click.echo(as_json(report))
    else:
        colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        click.echo("\n".join(lines(report, colours=colours)))
    leave(STATUS[report.severity])


async def _examined(data_dir: Path | None, offline: bool, show: "_Line") -> Report:
    environ: Mapping[str, str] = os.environ
    try:
        settings = look_at_settings(data_dir)
        read_url(settings.database_url)
    except SettingsInvalid as error:
        return unreadable(error, system_clock())
    async with admit(settings, environ, offline=offline) as patient:
        return await examine(patient, on_begin=show.check)


class _Line:
    """What is being done, on a terminal's last line; elsewhere nothing."""

    def __init__(self) -> None:
        self._on = sys.stderr.isatty()

    def check(self, check: Check) -> None:
        number = CHECKS.index(check) + 1
        self._write(f"Examining {number} of {len(CHECKS)}: {check.title} …")

    def clear(self) -> None:
        self._write("")

    def _write(self, text: str) -> None:
        if self._on:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()


@contextmanager
def _progress() -> Iterator[_Line]:
    line = _Line()
    try:
        yield line
    finally:
        line.clear()


@contextmanager
def _quiet() -> Iterator[None]:
    """What is found is told; lines of the log about the same would stand between."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.reset_defaults()
