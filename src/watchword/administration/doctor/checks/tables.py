"""How much the tables hold, and whether what has expired is swept away."""

from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from watchword.administration.doctor.finding import Finding, Kind, NotChecked
from watchword.administration.doctor.patient import Patient
from watchword.errors import DatabaseUnavailable
from watchword.storage.aside import read_aside
from watchword.storage.health import TableSize, overdue, table_sizes

SIZES = Kind("tables_sizes", "ok", "How many rows the tables hold.")
LARGE = Kind(
    "table_large",
    "advice",
    "A table that grows with every message has more than a million rows: backups and lists get slower.",
    "Decide how long deliveries and events are kept; see “What is kept, and for how long” in docs/operation.md.",
)
UNSWEPT = Kind(
    "sweep_behind",
    "warning",
    "What expired more than an hour ago has not been swept away.",
    "See that the server runs, and what its log says of sweep_failed.",
)

KINDS = (SIZES, LARGE, UNSWEPT)

OLD_SCHEMA = "The database has not all tables of this version."
SECONDS = 20.0
MANY = 1_000_000
_GROWING = frozenset({"delivery", "event", "config_revision"})
_OVERDUE = 1_000
_GRACE = timedelta(hours=1)
_SHOWN = 3


async def check(patient: Patient) -> list[Finding]:
    database, address = patient.the_database(), patient.settings.database_url
    try:
        sizes = await read_aside(database, address, SECONDS, table_sizes)
        left = await read_aside(database, address, SECONDS, overdue, patient.clock() - _GRACE, _OVERDUE)
    except TimeoutError:
        raise NotChecked(f"Counting takes longer than {SECONDS:g} seconds.") from None
    except DatabaseUnavailable:
        raise NotChecked("The database does not answer in time.") from None
    except SQLAlchemyError:
        raise NotChecked(OLD_SCHEMA) from None
    found = [SIZES.found(_told(sizes))]
    found += [
        LARGE.found(f"The table {_with_rows(size)}.") for size in sizes if size.rows > MANY and size.name in _GROWING
    ]
    if max(left) >= _OVERDUE:
        what = "sessions" if left.sessions >= left.executions else "runs of flows"
        found.append(UNSWEPT.found(f"{_OVERDUE:,} {what} or more expired over an hour ago, and are still there."))
    return found


def _told(sizes: list[TableSize]) -> str:
    rows = sum(size.rows for size in sizes)
    largest = ", ".join(_with_rows(size) for size in sizes[:_SHOWN])
    about = "" if all(size.exact for size in sizes) else "about "
    return f"{len(sizes)} tables hold {about}{rows:,} rows. The largest: {largest}."


def _with_rows(size: TableSize) -> str:
    room = "" if size.size is None else f" in {in_bytes(size.size)}"
    return f"{size.name} has {'' if size.exact else 'about '}{size.rows:,} rows{room}"


def in_bytes(size: int) -> str:
    """As "1.5 MiB"."""
    value, units = float(size), ["bytes", "KiB", "MiB", "GiB", "TiB"]
    while value >= 1024 and len(units) > 1:
        value, units = value / 1024, units[1:]
    return f"{value:.0f} {units[0]}" if units[0] == "bytes" else f"{value:.1f} {units[0]}"
