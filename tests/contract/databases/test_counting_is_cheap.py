"""With 100,000 deliveries and as many events, the first page reads the last month, by an index, and nothing more."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, text

from benchmarks.explaining import listening
from tests.contract.databases.make import NOW, after
from watchword.storage.database import Database
from watchword.storage.deliveries import confirm_delivery
from watchword.storage.events import recent_events
from watchword.storage.traffic import failing, tallies

MANY, DAY = 100_000, 86_400
MONTH = after(60 - 30 * DAY)

PROBLEMS = ["sms_send_failed", "login"]

Work = Callable[[Connection], Any]


# Spread over a year, the newest now; the database makes them, for a client would take a minute.
FILL = """
    INSERT INTO {table} ({columns}) WITH RECURSIVE numbers (n) AS (
        SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}
    ) SELECT {moment}, {values} FROM numbers ORDER BY n DESC
"""
MOMENTS = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', '{now}', '-' || (5 * n) || ' minutes')",
    "postgresql": "timestamptz '{now}+00' - n * interval '5 minutes'",
}
DELIVERIES = {
    "gateway, masked, purpose, segments, duration_ms": "'twilio', '', 'enrolment', 1, 9",
    "stage_pk, code_id": "'stage-' || (n - n / 3 * 3), n",
    "outcome": "CASE n - n / 50 * 50 WHEN 0 THEN 'failed' ELSE 'sent' END",
}
EVENTS = {
    "username, client_ip, message, context, uuid": "'', '', '', '{}', 'e-' || n",
    "action": "CASE n - n / 3 * 3 WHEN 0 THEN 'login' WHEN 1 THEN 'logout' ELSE 'sms_send_failed' END",
}


def fill(conn: Connection) -> None:
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("SET LOCAL statement_timeout = 0")
    moment = MOMENTS[conn.dialect.name].format(now=NOW.replace(tzinfo=None))
    for table, made in (("delivery", DELIVERIES), ("event", EVENTS)):
        columns, values = ", ".join(["created", *made]), ", ".join(made.values())
        conn.exec_driver_sql(FILL.format(table=table, columns=columns, last=MANY - 1, moment=moment, values=values))
        if conn.dialect.name == "postgresql":
            conn.exec_driver_sql(f"ANALYZE {table}")


def plans(conn: Connection, work: Work) -> str:
    """What the database does for each statement of a unit of work."""
    heard: list[tuple[str, Any]] = []
    with listening(conn, heard):
        work(conn)
    explain = "EXPLAIN QUERY PLAN " if conn.dialect.name == "sqlite" else "EXPLAIN "
    lines = [row for statement, values in heard for row in conn.exec_driver_sql(explain + statement, values)]
    return "\n".join(str(row[-1]) for row in lines)


READS: dict[str, tuple[str, Work]] = {
    "a month by day": ("ix_delivery_created", lambda conn: tallies(conn, MONTH, after(1), "day")),
    "a day by hour": ("ix_delivery_created", lambda conn: tallies(conn, after(-DAY), after(1), "hour")),
    "a stage that fails": ("ix_delivery_stage_pk_outcome_id", lambda conn: failing(conn, "stage-1", MONTH)),
    "a code that came back": ("ix_delivery_code_id", lambda conn: confirm_delivery(conn, 77, NOW)),
    "problems": (
        # Or, where most events are of that action, by ix_event_created: neither reads what is older.
        "_created",
        lambda conn: recent_events(conn, ["sms_send_failed"], after(-DAY), each=300),
    ),
}


async def test_the_first_page_scans_no_table(database: Database) -> None:
    await database.run(fill)
    for name, (index, work) in READS.items():
        plan = await database.run(plans, work)
        assert index in plan, (name, plan)
        assert "Seq Scan" not in plan, (name, plan)
        assert "SCAN " not in plan, (name, plan)
    found = await database.read(tallies, MONTH, after(1), "day")
    assert sum(tally.messages for tally in found) == 30 * 24 * 12


async def test_the_plan_of_a_scan_would_be_seen(database: Database) -> None:
    plan = await database.run(
        plans, lambda conn: conn.execute(text("SELECT count(*) FROM delivery WHERE segments = 2"))
    )
    assert "Seq Scan" in plan or "SCAN " in plan
