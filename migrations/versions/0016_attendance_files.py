"""Numbers on the sheet of a meeting; the signed sheet and justifications as files"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0013"


def upgrade() -> None:
    with op.batch_alter_table("meeting") as table:
        table.add_column(sa.Column("listed", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("meeting") as table:
        table.drop_column("listed")
