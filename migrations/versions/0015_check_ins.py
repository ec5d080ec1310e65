"""Check-ins by the code on the screen of a half-day"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "attendance_check_in",
        sa.Column("half_day_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("enrolment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method", sa.String(length=12), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_attendance_check_in_enrolment_id_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["half_day_id"], ["half_day.id"], name=op.f("fk_attendance_check_in_half_day_id_half_day"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["struck_by_id"], ["person.id"], name=op.f("fk_attendance_check_in_struck_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("half_day_id", "enrolment_id", name=op.f("pk_attendance_check_in")),
    )  # fmt: skip
    for column in ("enrolment_id", "struck_by_id"):
        op.create_index(op.f(f"ix_attendance_check_in_{column}"), "attendance_check_in", [column], unique=False)


def downgrade() -> None:
    op.drop_table("attendance_check_in")
