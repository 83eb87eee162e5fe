"""What a database would do for the statements of a unit of work, and whether it would read whole tables for them."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, event, text

Work = Callable[[Connection], Any]

COSTLY = 30_000.0
"""In PostgreSQL's units, of which reading a page is one: about as much as counting 10,000 rows here and there."""

SMALL = 100.0

_SCAN = re.compile(r"SCAN (\w+)")


class Explained(NamedTuple):
    """`scanned` are the tables that are read from end to end; `cost` is PostgreSQL's estimate, 0 on SQLite."""

    plan: str
    scanned: frozenset[str]
    cost: float

    def is_bounded(self, large: Mapping[str, int]) -> bool:
        """A scan that PostgreSQL expects to end with one of its first rows is none."""
        ends = 0 < self.cost <= SMALL
        return (ends or not self.scanned & large.keys()) and self.cost <= COSTLY


def explain(conn: Connection, work: Work) -> Explained:
    """Does the work too: its later statements may depend on what the first ones find."""
    heard: list[tuple[str, Any]] = []
    with listening(conn, heard):
        work(conn)
    explained = [_one(conn, statement, values) for statement, values in heard if not statement.startswith("SAVEPOINT")]
    return Explained(
        "\n".join(one.plan for one in explained),
        frozenset().union(*(one.scanned for one in explained)),
        max((one.cost for one in explained), default=0.0),
    )


@contextmanager
def listening(conn: Connection, heard: list[tuple[str, Any]]) -> Iterator[None]:
    """Adds every statement and its parameters, as the driver gets them."""

    def hear(_conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        heard.append((statement, parameters))

    event.listen(conn, "before_cursor_execute", hear)
    try:
        yield
    finally:
        event.remove(conn, "before_cursor_execute", hear)


def _one(conn: Connection, statement: str, values: Any) -> Explained:
    if conn.dialect.name == "sqlite":
        lines = [str(row[-1]) for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
        return Explained("\n".join(lines), frozenset(_scanned(statement, lines)), 0.0)
    answer = conn.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar_one()
    (found,) = msgspec.json.decode(answer) if isinstance(answer, str) else answer
    nodes = list(_nodes(found["Plan"]))
    lines = [f"{node['Node Type']} {node.get('Relation Name', '')} {node.get('Index Name', '')}" for node in nodes]
    scanned = (node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan")
    return Explained("\n".join(lines), frozenset(scanned), float(found["Plan"]["Total Cost"]))


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", []):
        yield from _nodes(below)


def _scanned(statement: str, lines: list[str]) -> Iterator[str]:
    """What is read in the order that is asked for ends at the limit; where it must be sorted, it does not."""
    if "LIMIT" in statement and not any("TEMP B-TREE" in line for line in lines):
        return
    yield from (found[1] for line in lines if (found := _SCAN.match(line)))


def believe(conn: Connection, sizes: Mapping[str, int]) -> None:
    """Makes the planner believe that tables have so many rows, each of which as many as those that are there."""
    for table, size in sizes.items():
        there = conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608 - a table of ours
        conn.exec_driver_sql(f"ANALYZE {table}")
        if conn.dialect.name == "postgresql":
            _believe_postgresql(conn, table, size / there)
        else:
            _believe_sqlite(conn, table, size / there)
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql("ANALYZE sqlite_master")  # reads the statistics again


def _believe_postgresql(conn: Connection, table: str, factor: float) -> None:
    """It multiplies rows a page, as it finds them here, with the pages that there are."""
    conn.execute(
        text(
            "UPDATE pg_class SET reltuples = reltuples * :factor WHERE oid = CAST(:table AS regclass) "
            "OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = CAST(:table AS regclass))"
        ),
        {"factor": factor, "table": table},
    )


def _believe_sqlite(conn: Connection, table: str, factor: float) -> None:
    """Of an index it knows the rows, and how many are alike in its first columns: 1 stays 1."""
    found = conn.execute(text("SELECT rowid, stat FROM sqlite_stat1 WHERE tbl = :table"), {"table": table}).all()
    for key, stat in found:
        rows, *alike = (int(word) for word in str(stat).split() if word.isdigit())
        more = [1 if one == 1 else int(one * factor) for one in alike]
        fresh = " ".join(map(str, [int(rows * factor), *more]))
        conn.execute(text("UPDATE sqlite_stat1 SET stat = :stat WHERE rowid = :key"), {"stat": fresh, "key": key})
