"""What the REST API keeps: when a user was changed, and blueprints that are applied again."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("users", sa.Column("last_updated", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "blueprint_instance",
        sa.Column("pk", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_applied", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_applied_hash", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pk", name="pk_blueprint_instance"),
        sa.UniqueConstraint("name", name="uq_blueprint_instance_name"),
    )
