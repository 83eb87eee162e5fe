"""Plans for 100 million deliveries: a million of them are there, and the planner is told of the others."""

from benchmarks.databases import NAMES, empty_database
from benchmarks.engines import filling_engine
from benchmarks.explaining import Explained, believe
from benchmarks.filling import TABLES, fill, unchecked
from benchmarks.house import House
from benchmarks.load import Effort
from benchmarks.queries import LARGE, Query, explained
from benchmarks.table import Line
from watchword.storage.migrate import migrate

DELIVERIES = 1_000_000
OTHERS = 20_000


async def lines(house: House, effort: Effort) -> list[Line]:
    rows = OTHERS if effort.quick else DELIVERIES
    with empty_database(house.dialect, house.folder) as url:
        migrate(url)
        found = _explained(url, rows)
    wrong = [query.name for query, plan in found if not query.scan and not plan.is_bounded(LARGE)]
    allowed = [query.name for query, plan in found if query.scan and not plan.is_bounded(LARGE)]
    return [
        Line(
            f"plans for {LARGE['delivery']:,} deliveries and {LARGE['sms_device']:,} devices",
            NAMES[house.dialect],
            ours=f"{len(found) - len(wrong) - len(allowed)} of {len(found)} queries go by an index",
            target="all, but those that count or search everything",
            met=not wrong,
            note="; ".join([f"**{name}**" for name in wrong] + [f"{name} (allowed)" for name in allowed]),
        )
    ]


def _explained(url: str, rows: int) -> list[tuple[Query, Explained]]:
    """In a transaction that is given up."""
    engine = filling_engine(url)
    with engine.connect() as conn:
        unchecked(conn)
        for table in TABLES:
            fill(conn, table, rows if table == "delivery" else OTHERS)
        believe(conn, LARGE)
        found = explained(conn)
        conn.rollback()
    engine.dispose()
    return found
