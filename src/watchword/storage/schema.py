"""Which schema this version of the program works on."""

from sqlalchemy import Connection, inspect, text

HEAD = "0005"
"""The newest revision in `migrations/versions`."""


def is_current(conn: Connection) -> bool:
    """Whether the database stands at `HEAD`, and nowhere else: then there is nothing to migrate.

    It asks without Alembic, which takes longer to import than to find that nothing is to be done.
    """
    if not inspect(conn).has_table("alembic_version"):
        return False
    return conn.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [HEAD]
