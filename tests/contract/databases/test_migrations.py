"""Migrations: they build what the tables say, all or nothing, and once."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, inspect, text

from watchword.errors import DatabaseUnavailable, SettingsInvalid
from watchword.storage import migrate as module
from watchword.storage.database import Database, open_database
from watchword.storage.migrate import migrate, missing, pending, upgrade
from watchword.storage.tables import metadata

REVISIONS = ["0001", "0002", "0003", "0004", "0005", "0006"]


async def test_a_migrated_database_is_what_the_tables_say(database: Database) -> None:
    def differences(conn: Connection) -> object:
        return compare_metadata(MigrationContext.configure(conn, opts={"compare_type": True}), metadata)

    assert await database.run(differences) == []


async def test_checks_and_names_are_what_the_tables_say(database: Database) -> None:
    """Alembic compares neither."""

    def checks(conn: Connection) -> dict[str, set[str | None]]:
        found = inspect(conn)
        return {name: {check["name"] for check in found.get_check_constraints(name)} for name in metadata.tables}

    declared = {
        name: {str(part.name) for part in table.constraints if isinstance(part, CheckConstraint)}
        for name, table in metadata.tables.items()
    }
    assert await database.run(checks) == declared
    assert any(declared.values())


async def test_foreign_keys_are_named_as_the_tables_name_them(database: Database) -> None:
    def names(conn: Connection) -> set[str | None]:
        found = inspect(conn)
        return {key["name"] for table in metadata.tables for key in found.get_foreign_keys(table)}

    declared = {str(key.name) for table in metadata.tables.values() for key in table.foreign_key_constraints}
    assert await database.run(names) == declared


async def test_ids_are_counted_where_the_tables_say_so(database: Database) -> None:
    """For SQLite, where a plain key would be given again after a delete."""

    def counted(conn: Connection) -> set[str]:
        made = conn.execute(text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"))
        return set(made.scalars())

    if database.dialect == "sqlite":
        declared = {name for name, table in metadata.tables.items() if table.dialect_options["sqlite"]["autoincrement"]}
        assert await database.run(counted) == declared
        assert {"users", "session", "sms_device", "event"} < declared


def test_an_empty_database_is_migrated_once(empty_url: str) -> None:
    assert pending(empty_url) == REVISIONS
    assert migrate(empty_url) == REVISIONS
    assert pending(empty_url) == []
    assert migrate(empty_url) == []


async def test_a_database_in_memory_is_migrated_by_its_own_connection() -> None:
    database = open_database("sqlite://")
    assert await database.run(upgrade) == REVISIONS
    assert await database.read(missing) == []
    await database.close()


def test_several_processes_may_migrate_at_once(empty_url: str) -> None:
    program = f"from watchword.storage.migrate import migrate; print(migrate({empty_url!r}))"
    started = [
        subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    outputs = [process.communicate(timeout=60) for process in started]
    assert sorted(out.strip() for out, _ in outputs) == sorted([str(REVISIONS), "[]", "[]"]), outputs


def test_a_migration_that_fails_leaves_nothing(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(conn: Connection) -> list[str]:
        upgrade(conn)
        raise RuntimeError("in the last step")

    with monkeypatch.context() as patched:
        patched.setattr(module, "upgrade", fail)
        with pytest.raises(RuntimeError, match="last step"):
            migrate(empty_url)
    assert pending(empty_url) == REVISIONS
    assert migrate(empty_url) == REVISIONS


async def test_a_database_newer_than_the_program_is_left_alone(database: Database, database_url: str) -> None:
    """An older process may start, or restart, while a rolling upgrade goes on."""

    await database.run(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    try:
        assert pending(database_url) == []
        assert migrate(database_url) == []
    finally:
        await database.run(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '0006'")))


def test_references_to_nothing_undo_a_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite checks no foreign keys while it migrates."""
    url = f"sqlite:///{tmp_path / 'watchword.db'}"

    def orphan(conn: Connection) -> list[str]:
        revisions = upgrade(conn)
        conn.execute(text("INSERT INTO membership (user_id, group_pk) VALUES (7, 'none')"))
        return revisions

    monkeypatch.setattr(module, "upgrade", orphan)
    with pytest.raises(RuntimeError, match="2 references to nothing"):
        migrate(url)
    assert pending(url) == REVISIONS


@pytest.mark.parametrize("url", ["postgresql://postgres@127.0.0.1:1/x", "sqlite:////nowhere/at/all/x.db"])
def test_a_database_that_is_away_is_unavailable(url: str) -> None:
    for work in (migrate, pending):
        with pytest.raises(DatabaseUnavailable):
            work(url)


def test_other_databases_are_refused() -> None:
    with pytest.raises(SettingsInvalid):
        migrate("mysql://localhost/x")
