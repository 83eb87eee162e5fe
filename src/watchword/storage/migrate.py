"""Brings a database up to this version of the program."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from watchword.storage.schema import changing, lock_schema

_SCRIPTS = Path(__file__).parent / "migrations"


def migrate(url: str) -> list[str]:
    """Returns the revisions that were applied, oldest first; all of them are, or none.

    Other processes may do the same at the same time: one works, the others wait. Raises `DatabaseUnavailable`.
    """
    with changing(url) as conn:
        revisions = upgrade(conn)
        if revisions and conn.dialect.name == "sqlite":
            _check_foreign_keys(conn)
        return revisions


def pending(url: str) -> list[str]:
    """The revisions that `migrate` would apply."""
    with changing(url) as conn:
        return missing(conn)


def upgrade(conn: Connection) -> list[str]:
    """The same as a unit of work, for a database that lives in memory."""
    lock_schema(conn)
    revisions = missing(conn)
    if revisions:
        command.upgrade(_config(conn), "heads")
    return revisions


def missing(conn: Connection) -> list[str]:
    """None where the database is newer than the program, as it is for a while in a rolling upgrade."""
    scripts = ScriptDirectory.from_config(_config(conn))
    heads = MigrationContext.configure(conn).get_current_heads()
    try:
        scripts.get_revisions(heads)
    except CommandError:
        return []
    return [script.revision for script in scripts.iterate_revisions("heads", heads or "base")][::-1]


def revisions() -> set[str]:
    """All that this version of the program knows."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def unknown(conn: Connection) -> list[str]:
    """The revisions at which the database stands, and which this version of the program has not."""
    return sorted(set(MigrationContext.configure(conn).get_current_heads()) - revisions())


def _config(conn: Connection | None = None) -> Config:
    config = Config(attributes={"connection": conn})
    # Alembic reads its options as an .ini file: a percent sign in a path must be doubled.
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _check_foreign_keys(conn: Connection) -> None:
    """SQLite checks none while a migration may rebuild tables, so it is done here."""
    if broken := conn.exec_driver_sql("PRAGMA foreign_key_check").all():
        raise RuntimeError(f"The migration would leave {len(broken)} references to nothing; it was undone.")
