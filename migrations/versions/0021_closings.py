"""How often a half-day was closed, and until when marks are taken on one that was opened again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    # Without rebuilding the table: its index on what takes place holds a condition.
    op.add_column("half_day", sa.Column("closings", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("half_day", sa.Column("reopened_until", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE half_day SET closings = 1 WHERE first_closed_at IS NOT NULL")


def downgrade() -> None:
    op.drop_column("half_day", "reopened_until")
    op.drop_column("half_day", "closings")
