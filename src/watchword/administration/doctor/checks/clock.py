"""Whether this server's clock is right, held against others: codes of authenticator apps live for seconds."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from watchword.administration.doctor.finding import Finding, Kind, NotChecked
from watchword.administration.doctor.patient import Patient
from watchword.errors import DatabaseUnavailable
from watchword.storage.database import Database
from watchword.storage.health import newest_event, postgresql_state

RIGHT = Kind("clock_right", "ok", "This server’s clock agrees with others.")
OFF = Kind(
    "clock_off",
    "warning",
    "This server’s clock is some seconds off.",
    "Let it be set over the network: timedatectl set-ntp true, chrony or ntpd.",
)
WRONG = Kind(
    "clock_wrong",
    "error",
    "This server’s clock is more than 30 seconds off: codes of authenticator apps are refused, and times are wrong.",
    "Let it be set over the network: timedatectl set-ntp true, chrony or ntpd.",
)
BACK = Kind(
    "clock_stepped_back",
    "error",
    "Events stand in the database that, by this server’s clock, have not happened yet.",
    "See whether the clock is right now. If it is, it was ahead before, and this passes with time.",
)

KINDS = (RIGHT, OFF, WRONG, BACK)

TOLERATED, STEP = timedelta(seconds=5), timedelta(seconds=30)


async def check(patient: Patient) -> list[Finding]:
    found: list[Finding] = []
    compared: list[str] = []
    if patient.database is not None:
        found += await _database(patient, patient.database, compared)
    if patient.asked is not None:
        for answer in await patient.asked.answers():
            if (drift := answer.drift) is not None:
                compared.append(f"the gateway of “{answer.stages[0].name}”")
                found += judged(drift, compared[-1])
    if not found and not compared:
        raise NotChecked("There is no other clock to hold this server’s against.")
    return found or [RIGHT.found(f"This server’s clock agrees with {' and '.join(compared)}.")]


async def _database(patient: Patient, database: Database, compared: list[str]) -> list[Finding]:
    found: list[Finding] = []
    try:
        if database.dialect == "postgresql":
            began = patient.clock()
            theirs = (await database.run(postgresql_state)).now
            compared.append("the database’s")
            found += judged(_beyond(began - theirs, patient.clock() - theirs), compared[-1])
        newest = await database.read(newest_event)
    except (DatabaseUnavailable, SQLAlchemyError):  # no such table: the check of the schema tells it
        return found
    if newest and newest - patient.clock() > STEP:
        span = newest - patient.clock()
        found.append(BACK.found(f"The newest event is {in_time(span)} ahead of this server’s clock."))
    return found


def _beyond(earliest: timedelta, latest: timedelta) -> timedelta:
    """How far we are ahead at least, of an answer that came between two looks at the clock; negative: behind."""
    if earliest > timedelta(0):
        return earliest
    return min(latest, timedelta(0))


def judged(drift: timedelta, whose: str) -> Iterator[Finding]:
    """`drift` is how far our clock is ahead."""
    if abs(drift) <= TOLERATED:
        return
    way = "ahead of" if drift > timedelta(0) else "behind"
    yield (WRONG if abs(drift) > STEP else OFF).found(f"This server’s clock is {in_time(abs(drift))} {way} {whose}.")


def in_time(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    return (
        f"{seconds} seconds"
        if seconds < 120
        else f"{seconds // 60} minutes"
        if seconds < 7200
        else f"{seconds // 3600} hours"
    )
