"""The secret key: where it comes from, who can read it, and whether it is the one that was used so far."""

import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from watchword.administration.doctor.finding import Finding, Kind
from watchword.administration.doctor.patient import Patient
from watchword.errors import SettingsInvalid
from watchword.settings.secret_key import FILE_NAME

NAME = "WATCHWORD_SECRET_KEY"

FINE = Kind("secret_key_fine", "ok", "The secret key is long, random, and no business of others.")
MISSING = Kind(
    "secret_key_missing",
    "advice",
    "There is no secret key yet: the first start makes one.",
    "If this server has run before, name its data directory: --data-dir or WATCHWORD_DATA_DIR.",
)
OTHER = Kind(
    "secret_key_other",
    "error",
    "Stored secrets were sealed with another key: no message can be sent with them.",
    "Give WATCHWORD_SECRET_KEY the value that it had, or restore the file secret_key from a backup. Without it, type "
    "every stage’s secrets again.",
)
WEAK = Kind(
    "secret_key_weak",
    "error",
    "The secret key can be guessed: it repeats itself too much to be random.",
    "Make one with: openssl rand -hex 32. What was sealed with the old one must be typed again.",
)
READABLE = Kind(
    "secret_key_readable",
    "error",
    "Other users of this machine can read the secret key’s file.",
    "Take their rights away: chmod 600, and chmod 700 for the directory.",
)
BESIDE = Kind(
    "secret_key_beside_database",
    "advice",
    "The key is kept beside the database, so a copy of the directory opens everything that is sealed in it.",
    "Back both up apart from each other, or give the key by WATCHWORD_SECRET_KEY_FILE.",
)
IN_ENVIRONMENT = Kind(
    "secret_key_in_environment",
    "advice",
    "The key stands in the environment, where child processes, crash reports and container inspectors see it.",
    "Give it by WATCHWORD_SECRET_KEY_FILE.",
)

KINDS = (FINE, MISSING, OTHER, WEAK, READABLE, BESIDE, IN_ENVIRONMENT)

_BITS_AT_LEAST = 90
_OTHERS = 0o077
_MOUNTED = ("/run/secrets/", "/var/run/secrets/")
"""Where orchestrators put secrets, readable for all within the container, who is one user."""


async def check(patient: Patient) -> list[Finding]:
    found = list(_wrong(patient))
    bad = any(finding.severity == "error" for finding in found)
    return found if bad or not patient.settings.secret_key else [FINE.found(), *found]


def _wrong(patient: Patient) -> Iterator[Finding]:
    settings, file = patient.settings, patient.environ.get(f"{NAME}_FILE", "")
    kept = settings.data_dir / FILE_NAME
    if isinstance(patient.configuration_trouble, SettingsInvalid):
        yield OTHER.found()
    if not settings.secret_key:
        yield MISSING.found()
        return
    if bits(settings.secret_key) < _BITS_AT_LEAST:
        yield WEAK.found()
    for path in (kept, Path(file) if file and not file.startswith(_MOUNTED) else kept):
        if _is_open(path):
            yield READABLE.found(f"Other users of this machine can read {path}.")
            break
    if patient.environ.get(NAME):
        yield IN_ENVIRONMENT.found()
    elif not file and settings.embedded:
        yield BESIDE.found()


def bits(key: str) -> float:
    """How much there is to guess of a text at most, were its characters thrown as often as they stand in it; what is
    repeated, three characters or more, counts once.
    """
    thrown = -sum(count * math.log2(count / len(key)) for count in Counter(key).values())
    threes = [key[start : start + 3] for start in range(max(len(key) - 2, 1))]
    return thrown * len(set(threes)) / len(threes)


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & _OTHERS)
    except OSError:
        return False
