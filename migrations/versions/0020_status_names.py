"""The programme's own names of statuses"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

COLUMNS = {"attendance_mark": ("name_id",), "attendance_mark_change": ("name_id", "old_name_id")}


def upgrade() -> None:
    op.create_table(
        "attendance_status_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_fr", sa.String(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_status_name")),
    )
    for table, columns in COLUMNS.items():
        with op.batch_alter_table(table) as batch_op:
            for column in columns:
                batch_op.add_column(sa.Column(column, sa.Integer(), nullable=True))
                batch_op.create_foreign_key(
                    op.f(f"fk_{table}_{column}_attendance_status_name"), "attendance_status_name", [column], ["id"]
                )
                batch_op.create_index(op.f(f"ix_{table}_{column}"), [column], unique=False)


def downgrade() -> None:
    for table, columns in COLUMNS.items():
        with op.batch_alter_table(table) as batch_op:
            for column in columns:
                batch_op.drop_index(op.f(f"ix_{table}_{column}"))
                batch_op.drop_constraint(op.f(f"fk_{table}_{column}_attendance_status_name"), type_="foreignkey")
                batch_op.drop_column(column)
    op.drop_table("attendance_status_name")
