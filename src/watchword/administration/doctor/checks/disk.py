"""The disk of the data directory."""

import os
import shutil
from pathlib import Path
from typing import NamedTuple

from watchword.administration.doctor.checks.tables import in_bytes
from watchword.administration.doctor.finding import Finding, Kind, NotChecked
from watchword.administration.doctor.patient import Patient
from watchword.storage.urls import file_of, is_there

ROOM = Kind("disk_fine", "ok", "There is room on the database’s disk.")
LOW = Kind(
    "disk_low",
    "warning",
    "The database’s disk is getting full.",
    "Make room, or move the data directory to a larger disk.",
)
FULL = Kind(
    "disk_full",
    "error",
    "The database’s disk is full, or will be within hours: then nobody can sign in.",
    "Make room now.",
)
UNWRITABLE = Kind(
    "directory_unwritable",
    "error",
    "This user may not write in the database’s directory, where SQLite keeps more than one file.",
    "Run this as the user that the server runs as, or give him the directory.",
)
LARGE = Kind(
    "database_outgrows_disk",
    "advice",
    "The database is larger than the room that is left: no copy of it fits on this disk.",
    "Keep backups elsewhere, or make room.",
)

KINDS = (ROOM, LOW, FULL, UNWRITABLE, LARGE)

_MIB = 1024 * 1024
FULL_BELOW, LOW_BELOW = 100 * _MIB, 1024 * _MIB


class Disk(NamedTuple):
    """In bytes; `size` is the database's."""

    free: int
    size: int
    writable: bool


async def check(patient: Patient) -> list[Finding]:
    file = file_of(patient.settings.database_url)
    if file is None:
        raise NotChecked("The database is not on a disk that is seen from here.")
    if not is_there(file):
        raise NotChecked("There is no database yet.")
    return judged(_look(file), file.parent)


def judged(disk: Disk, where: Path) -> list[Finding]:
    kind = FULL if disk.free < FULL_BELOW else LOW if disk.free < LOW_BELOW else ROOM
    found = [kind.found(f"{in_bytes(disk.free)} are free on the disk of {where}.")]
    if not disk.writable:
        found.append(UNWRITABLE.found(f"This user may not write in {where}, where SQLite keeps more than one file."))
    if disk.size > disk.free:
        found.append(LARGE.found(f"The database has {in_bytes(disk.size)}, more than the room that is left."))
    return found


def _look(file: Path) -> Disk:
    return Disk(shutil.disk_usage(file.parent).free, file.stat().st_size, os.access(file.parent, os.W_OK))
