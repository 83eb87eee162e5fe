"""Makes the checks, one after the other: none of them can spoil the examination."""

import asyncio
import time
from collections.abc import Callable, Sequence

import structlog

from watchword.administration.doctor.checks.database import away
from watchword.administration.doctor.finding import Finding, Kind, NotChecked
from watchword.administration.doctor.patient import Patient
from watchword.administration.doctor.registry import CHECKS, Check
from watchword.administration.doctor.report import Report, Section
from watchword.errors import DatabaseUnavailable

log = structlog.get_logger(__name__)

FAILED = Kind(
    "check_failed",
    "warning",
    "A check itself failed, so what it looks at is not known.",
    "Examine at the console, look for doctor_check_failed in the server’s log, and report what stands there.",
)
LATE = Kind(
    "check_too_slow",
    "warning",
    "A check was given up, as it took too long.",
    "Examine again when there is less to do; if it stays so, see what keeps this machine or the database busy.",
)
KINDS = (FAILED, LATE)


async def examine(
    patient: Patient, checks: Sequence[Check] = CHECKS, on_begin: Callable[[Check], None] = lambda _: None
) -> Report:
    """`on_begin` is told of each check before it is made."""
    at, sections = patient.clock(), []
    for check in checks:
        on_begin(check)
        sections.append(await _section(check, patient))
    return Report(at=at, sections=tuple(sections))


async def _section(check: Check, patient: Patient) -> Section:
    began = time.monotonic()
    findings: list[Finding] = []
    skipped = None
    try:
        async with asyncio.timeout(check.seconds):
            findings = await check.run(patient)
    except NotChecked as reason:
        skipped = str(reason)
    except TimeoutError:
        findings = [LATE.found(f"It took longer than {check.seconds:g} seconds.")]
    except DatabaseUnavailable as error:
        findings = [away(error)]
    except Exception as error:
        log.error("doctor_check_failed", check=check.name, exc_info=error)
        # Only the kind of error: its text may hold what was looked at.
        findings = [FAILED.found(f"The check itself failed ({type(error).__name__}), so this is not known.")]
    return Section(
        check=check.name,
        title=check.title,
        findings=tuple(findings),
        skipped=skipped,
        seconds=round(time.monotonic() - began, 3),
    )
