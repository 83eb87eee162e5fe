"""An index that finds the devices of a number at whatever stage."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index("ix_sms_device_number_key", "sms_device", ["number_key"])
