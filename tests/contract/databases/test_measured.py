"""Codes that are still live, and how full the pool is."""

from datetime import timedelta

from sqlalchemy import Connection, text

from tests.contract.databases.make import NOW
from watchword.metrics import Metrics
from watchword.storage.codes import consume_code, issue_code, kill_codes, still_live
from watchword.storage.database import POOL_SIZE, Database
from watchword.storage.measured import measured
from watchword.traces import NO_TRACES


def issue(conn: Connection, subject: str) -> int:
    return issue_code(
        conn,
        purpose="sms",
        subject=subject,
        number_key="n",
        code_hash="h",
        now=NOW,
        expires=NOW + timedelta(minutes=5),
        tries=5,
    )


async def test_neither_used_nor_dead_codes_are_live_and_no_others_are_told_of(database: Database) -> None:
    used, dead, live, other = [await database.run(issue, subject) for subject in "abcd"]
    await database.run(consume_code, used, NOW)
    await database.run(kill_codes, "sms", "b")
    assert await database.read(still_live, [used, dead, live, 10_000]) == {live}
    assert await database.read(still_live, [live, other]) == {live, other}
    assert await database.read(still_live, []) == set()


async def test_a_pool_tells_how_many_of_its_connections_are_at_work(postgres: Database) -> None:
    metrics = Metrics()
    database = measured(postgres, metrics.database, NO_TRACES)

    def in_use() -> float | None:
        return metrics.registry.get_sample_value("watchword_database_pool_connections_in_use")

    assert metrics.registry.get_sample_value("watchword_database_pool_connections_max") == POOL_SIZE
    assert in_use() == 0
    assert await database.read(lambda conn: (conn.execute(text("SELECT 1")), in_use())[1]) == 1
    assert await database.run(lambda _: in_use()) == 1
    assert in_use() == 0
