"""Facts of the installation: most are set once, and kept for good."""

from sqlalchemy import Connection, select

from watchword.storage.statements import insert_into
from watchword.storage.tables import facts


def get_fact(conn: Connection, key: str) -> str | None:
    value: str | None = conn.execute(select(facts.c.value).where(facts.c.key == key)).scalar()
    return value


def set_fact(conn: Connection, key: str, value: str) -> None:
    """Whatever it was before."""
    setting = insert_into(conn, facts).values(key=key, value=value)
    conn.execute(setting.on_conflict_do_update(index_elements=["key"], set_={"value": setting.excluded.value}))


def set_fact_once(conn: Connection, key: str, value: str) -> str:
    """Returns the value in force: this one, or the one that was set before."""
    setting = insert_into(conn, facts).values(key=key, value=value)
    conn.execute(setting.on_conflict_do_nothing(index_elements=["key"]))
    return get_fact(conn, key) or value
