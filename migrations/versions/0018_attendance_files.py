"""Numbers on the sheet of a meeting; the signed sheet and justifications as files; layouts of sheets"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    with op.batch_alter_table("meeting") as table:
        table.add_column(sa.Column("listed", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "attendance_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("half_day_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_attendance_file_added_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_attendance_file_enrolment_id_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["half_day_id"], ["half_day.id"], name=op.f("fk_attendance_file_half_day_id_half_day"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_file")),
    )  # fmt: skip
    for column in ("added_by_id", "enrolment_id", "half_day_id"):
        op.create_index(op.f(f"ix_attendance_file_{column}"), "attendance_file", [column], unique=False)
    op.create_table(
        "cohort_sheet",
        sa.Column("cohort_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title_ar", sa.String(), nullable=False),
        sa.Column("title_fr", sa.String(), nullable=False),
        sa.Column("footer_ar", sa.String(), nullable=False),
        sa.Column("footer_fr", sa.String(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("blanks", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_sheet_cohort_id_cohort")),
        sa.PrimaryKeyConstraint("cohort_id", name=op.f("pk_cohort_sheet")),
    )
    op.create_table(
        "cohort_sheet_logo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("image_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_sheet_logo_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["image_id"], ["stored_image.id"], name=op.f("fk_cohort_sheet_logo_image_id_stored_image")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_sheet_logo")),
    )
    op.create_index(op.f("ix_cohort_sheet_logo_cohort_id"), "cohort_sheet_logo", ["cohort_id"], unique=False)


def downgrade() -> None:
    op.drop_table("cohort_sheet_logo")
    op.drop_table("cohort_sheet")
    op.drop_table("attendance_file")
    with op.batch_alter_table("meeting") as table:
        table.drop_column("listed")
