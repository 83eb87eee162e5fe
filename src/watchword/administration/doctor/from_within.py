"""The examination of a server by itself, for an administrator at its console."""

import os
from collections.abc import Mapping

from watchword.administration.author import Author
from watchword.administration.doctor.admission import connected
from watchword.administration.doctor.examine import examine
from watchword.administration.doctor.patient import Patient
from watchword.administration.doctor.report import Report
from watchword.errors import Throttled
from watchword.flows.limits import in_words
from watchword.flows.services import Services
from watchword.storage.throttles import Limit, take

PER_HOUR = Limit(20, 3600)
"""Examinations by one administrator: each asks every gateway, and reads all of SQLite's file."""


async def examine_from_within(
    services: Services,
    *,
    by: Author,
    offline: bool,
    seen_at: str = "",
    demo: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> Report:
    """Of the configuration in force. `seen_at` is the host at which the administrator's browser sees the console.

    Raises `Throttled`.
    """
    if wait := await services.database.run(take, f"doctor:{by.user.id}", PER_HOUR, services.clock()):
        raise Throttled(wait, f"Too many examinations. Please wait {in_words(wait)}.")
    patient = Patient(
        settings=services.settings,
        environ=environ,
        clock=services.clock,
        database=services.database,
        snapshot=services.configuration.snapshot,
        seen_at=seen_at,
        demo=demo,
    )
    async with connected(patient, offline=offline) as ready:
        return await examine(ready)
