"""What a floor server is started with."""

from typing import Literal

import msgspec

from benchmarks.acts import Script

COLUMNS = "key, owner, number, moment, data"
ROWS = 10_000
DATA = "x" * 300
"""About what a session, an execution or a device takes."""

TABLE = (
    "CREATE TABLE item (id {id} PRIMARY KEY{more}, key text NOT NULL UNIQUE, owner bigint NOT NULL, "
    "number bigint NOT NULL, moment text NOT NULL, data text NOT NULL)"
)
INDEX = "CREATE INDEX ix_item_owner ON item (owner)"


class Plan(msgspec.Struct, frozen=True):
    """`url` is a file of SQLite, or what psycopg connects to; `gateway` is where calls go."""

    dialect: Literal["sqlite", "postgresql"]
    url: str
    gateway: str
    scripts: dict[str, Script]
    password_hash: str = ""
    password: str = ""
