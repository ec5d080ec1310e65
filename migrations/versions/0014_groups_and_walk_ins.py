"""Groups of a cohort, people who came without standing on the list, half-days opened again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "attendance_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_fr", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_attendance_group_cohort_id_cohort")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_group")),
    )
    with op.batch_alter_table("attendance_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_group_cohort_id"), ["cohort_id"], unique=False)

    op.create_table(
        "attendance_group_member",
        sa.Column("enrolment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_attendance_group_member_enrolment_id_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["attendance_group.id"],
            name=op.f("fk_attendance_group_member_group_id_attendance_group"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_attendance_group_member")),
    )
    with op.batch_alter_table("attendance_group_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_group_member_group_id"), ["group_id"], unique=False)

    op.create_table(
        "attendance_walk_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("half_day_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("enrolment_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_attendance_walk_in_minutes_not_negative")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["person.id"],
            name=op.f("fk_attendance_walk_in_decided_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_attendance_walk_in_enrolment_id_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["half_day_id"],
            ["half_day.id"],
            name=op.f("fk_attendance_walk_in_half_day_id_half_day"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["person.id"], name=op.f("fk_attendance_walk_in_noted_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_attendance_walk_in_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_walk_in")),
        sa.UniqueConstraint("half_day_id", "person_id", name=op.f("uq_attendance_walk_in_half_day_id_person_id")),
    )
    with op.batch_alter_table("attendance_walk_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_walk_in_decided_by_id"), ["decided_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_walk_in_enrolment_id"), ["enrolment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_walk_in_noted_by_id"), ["noted_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_walk_in_person_id"), ["person_id"], unique=False)

    # Without rebuilding the table: its index on what takes place holds a condition.
    op.add_column("half_day", sa.Column("first_closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("half_day", sa.Column("reopened_reason", sa.String(length=12), nullable=False, server_default=""))
    op.add_column("half_day", sa.Column("reopened_text", sa.String(length=300), nullable=False, server_default=""))
    op.execute("UPDATE half_day SET first_closed_at = closed_at")

    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.add_column(sa.Column("group_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_meeting_group_id"), ["group_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_meeting_group_id_attendance_group"), "attendance_group", ["group_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_meeting_group_id_attendance_group"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_meeting_group_id"))
        batch_op.drop_column("group_id")
    op.drop_column("half_day", "reopened_text")
    op.drop_column("half_day", "reopened_reason")
    op.drop_column("half_day", "first_closed_at")
    op.drop_table("attendance_walk_in")
    op.drop_table("attendance_group_member")
    op.drop_table("attendance_group")
