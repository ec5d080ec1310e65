"""Marks by people, corrected keys, reviews, what is arranged for single people; the language of each answer"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("attempt_question") as table:
        table.add_column(sa.Column("lang", sa.String(length=2), nullable=True))
        table.add_column(sa.Column("marked_with_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("is_given_up", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.create_foreign_key(
            op.f("fk_attempt_question_marked_with_id_question_version"), "question_version", ["marked_with_id"], ["id"]
        )
    with op.batch_alter_table("quiz") as table:
        table.add_column(sa.Column("second_marker", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "regrade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_regrade_asked_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_regrade_question_id_question")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrade")),
    )
    op.create_index(op.f("ix_regrade_question_id"), "regrade", ["question_id"], unique=False)
    op.create_table(
        "answer_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("marker_id", sa.Integer(), nullable=True),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_question_id"],
            ["attempt_question.id"],
            name=op.f("fk_answer_mark_attempt_question_id_attempt_question"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["person.id"], name=op.f("fk_answer_mark_marker_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_mark")),
        sa.UniqueConstraint("attempt_question_id", "number", name=op.f("uq_answer_mark_attempt_question_id_number")),
    )
    op.create_table(
        "comment_snippet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_comment_snippet_owner_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_snippet")),
    )
    op.create_index(op.f("ix_comment_snippet_owner_id"), "comment_snippet", ["owner_id"], unique=False)
    op.create_table(
        "mark_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("old_score", sa.Integer(), nullable=True),
        sa.Column("new_score", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_mark_change_attempt_id_attempt"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name=op.f("fk_mark_change_changed_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_change")),
    )
    op.create_index(op.f("ix_mark_change_attempt_id"), "mark_change", ["attempt_id"], unique=False)
    op.create_table(
        "review_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_review_request_answered_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_review_request_attempt_id_attempt"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_request")),
    )
    op.create_index(op.f("ix_review_request_attempt_id"), "review_request", ["attempt_id"], unique=False)
    op.create_index(
        "uq_review_request_waiting",
        "review_request",
        ["attempt_id"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "arrangement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=True),
        sa.Column("time_percent", sa.Integer(), nullable=False),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        sa.Column("extra_attempts", sa.Integer(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("time_percent BETWEEN 100 AND 400", name=op.f("ck_arrangement_time_percent_range")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name=op.f("fk_arrangement_changed_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_arrangement_enrolment_id_enrolment"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_arrangement_quiz_id_quiz"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrangement")),
        sa.UniqueConstraint("enrolment_id", "quiz_id", name=op.f("uq_arrangement_enrolment_id_quiz_id")),
    )
    op.create_index(op.f("ix_arrangement_enrolment_id"), "arrangement", ["enrolment_id"], unique=False)
    op.create_index(op.f("ix_arrangement_quiz_id"), "arrangement", ["quiz_id"], unique=False)
    op.create_index(
        "uq_arrangement_everywhere",
        "arrangement",
        ["enrolment_id"],
        unique=True,
        sqlite_where=sa.text("quiz_id IS NULL"),
        postgresql_where=sa.text("quiz_id IS NULL"),
    )
    op.create_table(
        "quiz_analysis",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alerts", sa.Integer(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quiz.id"], name=op.f("fk_quiz_analysis_quiz_id_quiz"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("quiz_id", name=op.f("pk_quiz_analysis")),
    )


def downgrade() -> None:
    for name in (
        "quiz_analysis",
        "arrangement",
        "review_request",
        "mark_change",
        "comment_snippet",
        "answer_mark",
        "regrade",
    ):
        op.drop_table(name)
    with op.batch_alter_table("quiz") as table:
        table.drop_column("second_marker")
    with op.batch_alter_table("attempt_question") as table:
        table.drop_constraint(op.f("fk_attempt_question_marked_with_id_question_version"), type_="foreignkey")
        table.drop_column("is_given_up")
        table.drop_column("marked_with_id")
        table.drop_column("lang")
