"""How far each device got with the taps of a roll call"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "attendance_tap",
        sa.Column("half_day_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_attendance_tap_enrolment_id_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["half_day_id"], ["half_day.id"], name=op.f("fk_attendance_tap_half_day_id_half_day"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("half_day_id", "enrolment_id", "device", name=op.f("pk_attendance_tap")),
    )  # fmt: skip
    op.create_index(op.f("ix_attendance_tap_enrolment_id"), "attendance_tap", ["enrolment_id"], unique=False)


def downgrade() -> None:
    op.drop_table("attendance_tap")
