"""Whether the database's schema is this version's."""

from watchword import __version__
from watchword.administration.doctor.finding import Finding, Kind
from watchword.administration.doctor.patient import Patient
from watchword.storage.aside import read_aside
from watchword.storage.schema import missing, unknown

DONE = Kind("migrations_done", "ok", "The database’s schema is this version’s.")
PENDING = Kind(
    "migrations_pending",
    "error",
    "The database’s schema is older than this version of Watchword.",
    "Back it up, then run watchword migrate, or start the server, which does it too.",
)
NEWER = Kind(
    "migrations_newer",
    "warning",
    "The database’s schema is newer than this version of Watchword, as it is for a while in a rolling upgrade.",
    "If no upgrade is under way, install the version that was running before.",
)

KINDS = (DONE, PENDING, NEWER)

SECONDS = 10.0
"""Reading the list of migrations takes a tenth of one, in which visitors are not to wait."""


async def check(patient: Patient) -> list[Finding]:
    database, address = patient.the_database(), patient.settings.database_url
    if newer := await read_aside(database, address, SECONDS, unknown):
        sentence = f"The database’s schema is {', '.join(newer)}, which Watchword {__version__} does not know."
        return [NEWER.found(sentence)]
    if pending := await read_aside(database, address, SECONDS, missing):
        return [PENDING.found(f"The database’s schema lacks {', '.join(pending)}.")]
    return [DONE.found()]
