"""Sessions and marks by file, and what came from which file"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "attendance_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("encoding", sa.String(length=16), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_attendance_import_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_attendance_import_made_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["person.id"], name=op.f("fk_attendance_import_undone_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_import")),
    )
    for column in ("cohort_id", "made_by_id", "undone_by_id"):
        op.create_index(op.f(f"ix_attendance_import_{column}"), "attendance_import", [column], unique=False)
    for table in ("meeting", "attendance_mark_change"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("import_id", sa.Integer(), nullable=True))
            batch_op.create_foreign_key(
                op.f(f"fk_{table}_import_id_attendance_import"), "attendance_import", ["import_id"], ["id"],
                ondelete="SET NULL",
            )  # fmt: skip
            batch_op.create_index(op.f(f"ix_{table}_import_id"), ["import_id"], unique=False)


def downgrade() -> None:
    for table in ("attendance_mark_change", "meeting"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_index(op.f(f"ix_{table}_import_id"))
            batch_op.drop_constraint(op.f(f"fk_{table}_import_id_attendance_import"), type_="foreignkey")
            batch_op.drop_column("import_id")
    op.drop_table("attendance_import")
