"""What is told where not even the settings can be read."""

from datetime import datetime

from watchword.administration.doctor.finding import Kind
from watchword.administration.doctor.registry import CHECKS
from watchword.administration.doctor.report import Report, Section
from watchword.errors import SettingsInvalid

INVALID = Kind(
    "settings_invalid",
    "error",
    "The settings cannot be read, so the server does not start; nothing else was examined.",
    "Correct them: the sentence says what is expected.",
)
KINDS = (INVALID,)

NO_SETTINGS = "The settings cannot be read."


def unreadable(error: SettingsInvalid, now: datetime) -> Report:
    """One finding for each thing that is wrong with them."""
    first, *others = CHECKS
    found = tuple(INVALID.found(line) for line in error.message.splitlines())
    told = Section(check=first.name, title=first.title, findings=found)
    rest = (Section(check=check.name, title=check.title, skipped=NO_SETTINGS) for check in others)
    return Report(at=now, sections=(told, *rest))
