"""The schema that an empty database is given at once is the one that the migrations make."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, func, inspect, select, text

from watchword.errors import DatabaseUnavailable
from watchword.storage import migrate as module
from watchword.storage.migrate import migrate, pending, revisions
from watchword.storage.schema import HEAD, bring_up, changing, is_current
from watchword.storage.tables import metadata

INDEXES = {
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}


def described(url: str) -> dict[str, Any]:
    with changing(url) as conn:
        found = inspect(conn)
        tables = {name: _table(conn, name) for name in found.get_table_names()}
        rows = conn.execute(text(INDEXES[found.dialect.name])).all()
        indexes = {tuple(" ".join(part.split()) for part in row) for row in rows}
        return {"tables": tables, "indexes": indexes}


def _table(conn: Connection, name: str) -> dict[str, Any]:
    found = inspect(conn)
    described: dict[str, Any] = {
        "columns": _by_name(found.get_columns(name)),
        "key": found.get_pk_constraint(name),
        "references": _by_name(found.get_foreign_keys(name)),
        "unique": _by_name(found.get_unique_constraints(name)),
        "checks": _by_name(found.get_check_constraints(name)),
    }
    if conn.dialect.name == "sqlite":
        written = conn.execute(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name}).scalar_one()
        described["counted"] = "AUTOINCREMENT" in written
    return described


def _by_name(parts: Any) -> dict[str, str]:
    """As text, for types of columns are compared by what they say of themselves."""
    return {part["name"]: repr(sorted(part.items())) for part in parts}


def drop_all(url: str) -> None:
    with changing(url) as conn:
        metadata.drop_all(conn)
        conn.execute(text("DROP TABLE alembic_version"))


def rows(url: str) -> dict[str, int]:
    with changing(url) as conn:
        return {name: conn.scalar(select(func.count()).select_from(one)) or 0 for name, one in metadata.tables.items()}


def test_laid_out_at_once_it_is_what_the_migrations_make(empty_url: str) -> None:
    bring_up(empty_url)
    at_once = described(empty_url)
    assert pending(empty_url) == []
    drop_all(empty_url)
    migrate(empty_url)
    step_by_step = described(empty_url)
    assert at_once["tables"].keys() == step_by_step["tables"].keys() > metadata.tables.keys()
    for name, table in step_by_step["tables"].items():
        assert at_once["tables"][name] == table, name
    assert at_once["indexes"] == step_by_step["indexes"]
    assert set(rows(empty_url).values()) == {0}, "A migration that writes rows must be done at once as well."


def test_the_head_is_the_newest_migration(empty_url: str) -> None:
    assert max(revisions()) == HEAD
    migrate(empty_url)
    with changing(empty_url) as conn:
        assert is_current(conn)


def test_a_database_of_an_earlier_version_is_migrated(empty_url: str) -> None:
    with changing(empty_url) as conn:
        command.upgrade(module._config(conn), "0002")
        assert not is_current(conn)
    bring_up(empty_url)
    assert pending(empty_url) == []
    with changing(empty_url) as conn:
        assert is_current(conn)


def test_one_of_a_later_version_is_left_alone(empty_url: str) -> None:
    bring_up(empty_url)
    with changing(empty_url) as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    bring_up(empty_url)
    with changing(empty_url) as conn:
        assert conn.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == ["9999"]


def test_several_processes_may_lay_it_out_at_once(empty_url: str) -> None:
    program = (
        f"import sys; from watchword.storage.schema import bring_up; bring_up({empty_url!r}); "
        "print('alembic' in sys.modules)"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
        for _ in range(3)
    ]
    assert [process.communicate(timeout=60)[0].strip() for process in started] == ["False"] * 3
    assert pending(empty_url) == []


@pytest.mark.parametrize("url", ["postgresql://postgres@127.0.0.1:1/x", "sqlite:////nowhere/at/all/x.db"])
def test_a_database_that_is_away_is_unavailable(url: str) -> None:
    with pytest.raises(DatabaseUnavailable):
        bring_up(url)


def test_what_is_no_database_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "watchword.db"
    file.write_text("a letter, not a database, and longer than the header of one " * 20)
    before = file.read_bytes()
    with pytest.raises(DatabaseUnavailable):
        bring_up(f"sqlite:///{file}")
    assert file.read_bytes() == before
