"""What a gateway answered to each delivery, and indexes for the console's lists of what happened."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("delivery", sa.Column("error_code", sa.Text(), nullable=True))
    op.add_column("delivery", sa.Column("answer", sa.Text(), nullable=True))
    op.create_index("ix_event_created", "event", ["created"])
    signed_in = sa.text("user_id IS NOT NULL")
    op.create_index("ix_session_signed_in", "session", ["id"], sqlite_where=signed_in, postgresql_where=signed_in)
