"""What came of a delivery: whether its code came back, and what it cost; and indexes to count by."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("delivery", sa.Column("code_id", _ID, nullable=True))
    op.add_column("delivery", sa.Column("confirmed", sa.DateTime(timezone=True), nullable=True))
    op.add_column("delivery", sa.Column("segment_price", sa.BigInteger(), nullable=True))
    op.add_column("delivery", sa.Column("currency", sa.Text(), nullable=True))
    op.create_index("ix_delivery_created", "delivery", ["created"])
    op.create_index("ix_delivery_code_id", "delivery", ["code_id"])
    op.create_index("ix_delivery_stage_pk_outcome_id", "delivery", ["stage_pk", "outcome", "id"])
    op.create_index("ix_event_action_created", "event", ["action", "created"])
