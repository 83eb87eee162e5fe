"""The tables. What migrations build must equal this; a test compares them."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from watchword.storage.types import Id, Json, Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _table(name: str, *parts: Any) -> Table:
    """SQLite would give the id of a deleted row a second time, and make untrue what history says of the first."""
    counted = parts[0].name == "id" and parts[0].type is Id
    return Table(name, metadata, *parts, sqlite_autoincrement=counted)


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)


def _value(name: str, kind: Any, *parts: Any, **options: Any) -> Column[Any]:
    return Column(name, kind, *parts, nullable=False, **options)


def _user() -> ForeignKey:
    return ForeignKey("users.id", ondelete="CASCADE")


users = _table(
    "users",
    _id(),
    _value("uuid", Text, unique=True),
    _value("username", Text),
    _value("username_key", Text, unique=True),
    _value("name", Text),
    _value("email", Text),
    _value("email_key", Text, index=True),
    Column("upn_key", Text, index=True),
    Column("password_hash", Text),
    _value("is_active", Boolean),
    _value("attributes", Json),
    _value("path", Text),
    _value("type", Text),
    _value("date_joined", Moment),
    Column("last_login", Moment),
    Column("password_changed", Moment),
    # None of users that nobody changed since this column came.
    Column("last_updated", Moment),
)
"""The `_key` columns hold what is compared: neither database folds letters beyond ASCII as Python does."""

groups = _table(
    "user_group",
    Column("pk", Text, primary_key=True),
    _value("name", Text, unique=True),
    _value("is_superuser", Boolean),
    Column("parent_pk", Text, ForeignKey("user_group.pk", ondelete="SET NULL"), index=True),
    _value("attributes", Json),
)

memberships = _table(
    "membership",
    Column("user_id", Id, _user(), primary_key=True, autoincrement=False),
    Column("group_pk", Text, ForeignKey("user_group.pk", ondelete="CASCADE"), primary_key=True, index=True),
)

tokens = _table(
    "token",
    Column("pk", Text, primary_key=True),
    _value("identifier", Text, unique=True),
    _value("user_id", Id, _user(), index=True),
    _value("intent", Text),
    _value("description", Text),
    _value("key_hash", Text, unique=True),
    Column("expires", Moment),
    _value("expiring", Boolean),
    _value("created", Moment),
    Column("last_used", Moment),
)

sessions = _table(
    "session",
    _id(),
    _value("token_hash", Text, unique=True),
    Column("user_id", Id, _user(), index=True),
    _value("created", Moment),
    _value("expires", Moment, index=True),
    _value("last_seen", Moment),
    _value("user_agent", Text),
    _value("address", Text),
    _value("data", Json),
)
# Most sessions are anonymous: those of people are found without them.
Index(
    "ix_session_signed_in",
    sessions.c.id,
    sqlite_where=sessions.c.user_id.is_not(None),
    postgresql_where=sessions.c.user_id.is_not(None),
)

executions = _table(
    "execution",
    Column("id", Text, primary_key=True),
    _value("session_id", Id, ForeignKey("session.id", ondelete="CASCADE")),
    _value("flow_pk", Text),
    _value("version", Integer),
    _value("state", LargeBinary),
    _value("created", Moment),
    _value("expires", Moment, index=True),
    UniqueConstraint("session_id", "flow_pk"),
)

codes = _table(
    "code",
    _id(),
    _value("purpose", Text),
    _value("subject", Text),
    _value("number_key", Text),
    _value("code_hash", Text),
    _value("created", Moment, index=True),
    _value("expires", Moment),
    _value("tries_left", Integer),
    _value("state", Text),
    CheckConstraint("tries_left >= 0", name="tries_left"),
    CheckConstraint("state IN ('live', 'used', 'dead')", name="state"),
    Index(None, "purpose", "subject"),
)


def _authenticator(name: str, *parts: Any) -> Table:
    return _table(
        name,
        _id(),
        _value("user_id", Id, _user(), index=True),
        _value("stage_pk", Text),
        _value("name", Text),
        _value("confirmed", Boolean),
        _value("created", Moment),
        _value("last_updated", Moment),
        Column("last_used", Moment),
        _value("failures_in_a_row", Integer),
        _value("disabled", Boolean),
        *parts,
    )


devices = _authenticator(
    "sms_device",
    Column("phone_number", Text),
    _value("number_key", Text, index=True),
    _value("key_id", Text),
    _value("masked", Text),
    _value("hashed", Boolean),
    # A verify-only device keeps nothing of its number but the keyed hash, whatever a program says.
    CheckConstraint("(phone_number IS NULL AND masked = '') OR NOT hashed", name="hashed"),
    CheckConstraint("phone_number IS NOT NULL OR hashed", name="plain"),
    UniqueConstraint("stage_pk", "number_key"),
)

totp_devices = _authenticator(
    "totp_device",
    _value("secret", LargeBinary),
    _value("digits", Integer),
    # The time step of the last code that was right: none of it or before it counts again.
    Column("last_step", Id),
)

static_devices = _authenticator("static_device")

static_tokens = _table(
    "static_token",
    _id(),
    _value("device_id", Id, ForeignKey("static_device.id", ondelete="CASCADE"), index=True),
    _value("token_hash", Text),
    Column("used", Moment),
    UniqueConstraint("device_id", "token_hash"),
)

throttles = _table(
    "throttle",
    Column("key", Text, primary_key=True),
    _value("hits", Json),
    _value("expires", Moment, index=True),
)

# History names users and stages without referring to them: it outlives both.

deliveries = _table(
    "delivery",
    _id(),
    _value("created", Moment, index=True),
    _value("gateway", Text),
    Column("stage_pk", Text),
    Column("user_id", Id, index=True),
    Column("country", Text),
    _value("masked", Text),
    _value("purpose", Text),
    _value("outcome", Text),
    Column("category", Text),
    Column("provider_id", Text, index=True),
    Column("status", Integer),
    Column("error_code", Text),
    Column("answer", Text),
    _value("segments", Integer),
    _value("duration_ms", Integer),
    Column("code_id", Id, index=True),
    Column("confirmed", Moment),
    # In millionths, so that sums are exact.
    Column("segment_price", BigInteger),
    Column("currency", Text),
    CheckConstraint("outcome IN ('sent', 'failed')", name="outcome"),
    Index(None, "stage_pk", "outcome", "id"),
)

events = _table(
    "event",
    _id(),
    _value("uuid", Text, unique=True),
    _value("created", Moment, index=True),
    _value("action", Text),
    Column("user_id", Id),
    _value("username", Text),
    _value("client_ip", Text),
    _value("message", Text),
    _value("context", Json),
    Index(None, "action", "id"),
    Index(None, "action", "created"),
    Index(None, "user_id", "id"),
)

config_objects = _table(
    "config_object",
    Column("pk", Text, primary_key=True),
    _value("model", Text),
    _value("document", Json),
)

config_revisions = _table(
    "config_revision",
    _id(),
    _value("created", Moment),
    _value("author", Text),
    _value("summary", Text),
    _value("changes", Json),
)

blueprint_instances = _table(
    "blueprint_instance",
    Column("pk", Text, primary_key=True),
    _value("name", Text, unique=True),
    _value("path", Text),
    _value("content", Text),
    _value("context", Json),
    _value("enabled", Boolean),
    _value("created", Moment),
    Column("last_applied", Moment),
    _value("last_applied_hash", Text),
    _value("status", Text),
)

facts = _table(
    "fact",
    Column("key", Text, primary_key=True),
    _value("value", Text),
)
