"""Authenticator apps and recovery codes."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _authenticator(
        "totp_device",
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("digits", sa.Integer(), nullable=False),
        sa.Column("last_step", _ID, nullable=True),
    )
    _authenticator("static_device")
    op.create_table(
        "static_token",
        sa.Column("id", _ID, nullable=False, autoincrement=True),
        sa.Column("device_id", _ID, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("used", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_static_token"),
        sa.ForeignKeyConstraint(
            ["device_id"], ["static_device.id"], name="fk_static_token_device_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("device_id", "token_hash", name="uq_static_token_device_id_token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_static_token_device_id", "static_token", ["device_id"])


def _authenticator(table: str, *parts: Any) -> None:
    op.create_table(
        table,
        sa.Column("id", _ID, nullable=False, autoincrement=True),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("stage_pk", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_updated", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures_in_a_row", sa.Integer(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        *parts,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{table}_user_id", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{table}_user_id", table, ["user_id"])
