"""All tables of the first version.

Column types and names are written out here, and never imported from the tables in use: those move on, a migration
that was released must not.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _people()
    _visits()
    _codes_and_devices()
    _history()
    _configuration()


def _counted(table: str, *parts: Any) -> None:
    """A table whose ids the database counts up, and never gives twice."""
    id_column = sa.Column("id", _ID, nullable=False, autoincrement=True)
    op.create_table(
        table, id_column, *parts, sa.PrimaryKeyConstraint("id", name=f"pk_{table}"), sqlite_autoincrement=True
    )


def _text(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _number(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=null)


def _flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _user_id(*, null: bool = False) -> sa.Column[Any]:
    return sa.Column("user_id", _ID, nullable=null)


def _refers(table: str, column: str, to: str, on_delete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}", ondelete=on_delete)


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _people() -> None:
    _counted(
        "users",
        _text("uuid"),
        _text("username"),
        _text("username_key"),
        _text("name"),
        _text("email"),
        _text("email_key"),
        _text("upn_key", null=True),
        _text("password_hash", null=True),
        _flag("is_active"),
        _text("attributes"),
        _text("path"),
        _text("type"),
        _moment("date_joined"),
        _moment("last_login", null=True),
        _moment("password_changed", null=True),
        _unique("users", "uuid"),
        _unique("users", "username_key"),
    )
    _index("users", "email_key")
    _index("users", "upn_key")
    _groups()
    _tokens()


def _groups() -> None:
    op.create_table(
        "user_group",
        _text("pk"),
        _text("name"),
        _flag("is_superuser"),
        _text("parent_pk", null=True),
        _text("attributes"),
        sa.PrimaryKeyConstraint("pk", name="pk_user_group"),
        _refers("user_group", "parent_pk", "user_group.pk", "SET NULL"),
        _unique("user_group", "name"),
    )
    _index("user_group", "parent_pk")
    op.create_table(
        "membership",
        _user_id(),
        _text("group_pk"),
        sa.PrimaryKeyConstraint("user_id", "group_pk", name="pk_membership"),
        _refers("membership", "user_id", "users.id"),
        _refers("membership", "group_pk", "user_group.pk"),
    )
    _index("membership", "group_pk")


def _tokens() -> None:
    op.create_table(
        "token",
        _text("pk"),
        _text("identifier"),
        _user_id(),
        _text("intent"),
        _text("description"),
        _text("key_hash"),
        _moment("expires", null=True),
        _flag("expiring"),
        _moment("created"),
        _moment("last_used", null=True),
        sa.PrimaryKeyConstraint("pk", name="pk_token"),
        _refers("token", "user_id", "users.id"),
        _unique("token", "identifier"),
        _unique("token", "key_hash"),
    )
    _index("token", "user_id")


def _visits() -> None:
    _counted(
        "session",
        _text("token_hash"),
        _user_id(null=True),
        _moment("created"),
        _moment("expires"),
        _moment("last_seen"),
        _text("user_agent"),
        _text("address"),
        _text("data"),
        _refers("session", "user_id", "users.id"),
        _unique("session", "token_hash"),
    )
    _index("session", "user_id")
    _index("session", "expires")
    op.create_table(
        "execution",
        _text("id"),
        sa.Column("session_id", _ID, nullable=False),
        _text("flow_pk"),
        _number("version"),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        _moment("created"),
        _moment("expires"),
        sa.PrimaryKeyConstraint("id", name="pk_execution"),
        _refers("execution", "session_id", "session.id"),
        _unique("execution", "session_id", "flow_pk"),
    )
    _index("execution", "expires")


def _codes_and_devices() -> None:
    _counted(
        "code",
        _text("purpose"),
        _text("subject"),
        _text("number_key"),
        _text("code_hash"),
        _moment("created"),
        _moment("expires"),
        _number("tries_left"),
        _text("state"),
        sa.CheckConstraint("tries_left >= 0", name="ck_code_tries_left"),
        sa.CheckConstraint("state IN ('live', 'used', 'dead')", name="ck_code_state"),
    )
    _index("code", "created")
    _index("code", "purpose", "subject")
    _devices()
    op.create_table(
        "throttle",
        _text("key"),
        _text("hits"),
        _moment("expires"),
        sa.PrimaryKeyConstraint("key", name="pk_throttle"),
    )
    _index("throttle", "expires")


def _devices() -> None:
    _counted(
        "sms_device",
        _user_id(),
        _text("stage_pk"),
        _text("name"),
        _text("phone_number", null=True),
        _text("number_key"),
        _text("key_id"),
        _text("masked"),
        _flag("hashed"),
        _flag("confirmed"),
        _moment("created"),
        _moment("last_updated"),
        _moment("last_used", null=True),
        _number("failures_in_a_row"),
        _flag("disabled"),
        _refers("sms_device", "user_id", "users.id"),
        sa.CheckConstraint("(phone_number IS NULL AND masked = '') OR NOT hashed", name="ck_sms_device_hashed"),
        sa.CheckConstraint("phone_number IS NOT NULL OR hashed", name="ck_sms_device_plain"),
        _unique("sms_device", "stage_pk", "number_key"),
    )
    _index("sms_device", "user_id")


def _history() -> None:
    _counted(
        "delivery",
        _moment("created"),
        _text("gateway"),
        _text("stage_pk", null=True),
        _user_id(null=True),
        _text("country", null=True),
        _text("masked"),
        _text("purpose"),
        _text("outcome"),
        _text("category", null=True),
        _text("provider_id", null=True),
        _number("status", null=True),
        _number("segments"),
        _number("duration_ms"),
        sa.CheckConstraint("outcome IN ('sent', 'failed')", name="ck_delivery_outcome"),
    )
    _index("delivery", "user_id")
    _index("delivery", "provider_id")
    _counted(
        "event",
        _text("uuid"),
        _moment("created"),
        _text("action"),
        _user_id(null=True),
        _text("username"),
        _text("client_ip"),
        _text("message"),
        _text("context"),
        _unique("event", "uuid"),
    )
    _index("event", "action", "id")
    _index("event", "user_id", "id")


def _configuration() -> None:
    op.create_table(
        "config_object",
        _text("pk"),
        _text("model"),
        _text("document"),
        sa.PrimaryKeyConstraint("pk", name="pk_config_object"),
    )
    _counted("config_revision", _moment("created"), _text("author"), _text("summary"), _text("changes"))
    op.create_table("fact", _text("key"), _text("value"), sa.PrimaryKeyConstraint("key", name="pk_fact"))
