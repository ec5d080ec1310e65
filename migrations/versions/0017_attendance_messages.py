"""Reports of errors, warnings of absences, calendar addresses, short reports of meetings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "attendance_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("half_day_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_attendance_report_answered_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_attendance_report_enrolment_id_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["half_day_id"], ["half_day.id"], name=op.f("fk_attendance_report_half_day_id_half_day"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_report")),
    )  # fmt: skip
    for column in ("answered_by_id", "enrolment_id", "half_day_id"):
        op.create_index(op.f(f"ix_attendance_report_{column}"), "attendance_report", [column], unique=False)
    op.create_index(
        "uq_attendance_report_open", "attendance_report", ["half_day_id", "enrolment_id"], unique=True,
        sqlite_where=sa.text("answered_at IS NULL"), postgresql_where=sa.text("answered_at IS NULL"),
    )  # fmt: skip
    op.create_table(
        "attendance_warning",
        sa.Column("half_day_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("enrolment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("recipient_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_attendance_warning_enrolment_id_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["half_day_id"], ["half_day.id"], name=op.f("fk_attendance_warning_half_day_id_half_day"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["person.id"], name=op.f("fk_attendance_warning_recipient_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "half_day_id", "enrolment_id", "kind", "recipient_id", name=op.f("pk_attendance_warning")
        ),
    )  # fmt: skip
    for column in ("enrolment_id", "recipient_id"):
        op.create_index(op.f(f"ix_attendance_warning_{column}"), "attendance_warning", [column], unique=False)
    op.create_index(
        "uq_attendance_warning_unreachable", "attendance_warning", ["enrolment_id"], unique=True,
        sqlite_where=sa.text("kind = 'unreachable'"), postgresql_where=sa.text("kind = 'unreachable'"),
    )  # fmt: skip
    op.create_table(
        "calendar_feed",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.create_table(
        "meeting_report",
        sa.Column("meeting_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("difficulties", sa.Text(), nullable=False),
        sa.Column("participation", sa.Text(), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("follow_up", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_report_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["person.id"], name=op.f("fk_meeting_report_written_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_meeting_report")),
    )  # fmt: skip
    op.create_index(op.f("ix_meeting_report_written_by_id"), "meeting_report", ["written_by_id"], unique=False)
    with op.batch_alter_table("programme_profile") as batch:
        batch.add_column(sa.Column("absences_to_focal_points", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("programme_profile") as batch:
        batch.alter_column("absences_to_focal_points", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("programme_profile") as batch:
        batch.drop_column("absences_to_focal_points")
    for table in ("meeting_report", "calendar_feed", "attendance_warning", "attendance_report"):
        op.drop_table(table)
