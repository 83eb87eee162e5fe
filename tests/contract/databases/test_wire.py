"""The benchmarks' ear on PostgreSQL's wire hears each execution, of a prepared statement too."""

import psycopg

from benchmarks.acts import act_of
from benchmarks.tracing import listening_to_postgresql


async def test_each_execution_is_heard_once(empty_postgres: str) -> None:
    heard: list[str] = []
    async with (
        listening_to_postgresql(empty_postgres, heard.append) as url,
        await psycopg.AsyncConnection.connect(url) as connection,
    ):
        await connection.execute("CREATE TABLE item (id int)")
        await connection.commit()
        heard.clear()
        for number in range(3):
            await connection.execute("INSERT INTO item VALUES (%s)", (number,), prepare=True)
        await connection.commit()
        found = await (await connection.execute("SELECT count(*) FROM item")).fetchone()
        await connection.commit()
    assert found == (3,)
    inserted, counted = ["begin", "insert", "insert", "insert", "commit"], ["begin", "select", "commit"]
    assert [act_of(one) for one in heard] == [*inserted, *counted]
