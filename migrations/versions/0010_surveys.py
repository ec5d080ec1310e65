"""Surveys: rounds of a cohort, who answered, what was answered, and the follow-up of members"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "survey_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=40), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_survey_round_closes_after_opening")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_survey_round_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["person.id"], name=op.f("fk_survey_round_opened_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_survey_round_quiz_id_quiz")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_round")),
        sa.UniqueConstraint(
            "quiz_id", "cohort_id", "module", "opens_on",
            name=op.f("uq_survey_round_quiz_id_cohort_id_module_opens_on"),
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_survey_round_quiz_id"), "survey_round", ["quiz_id"], unique=False)
    op.create_index(op.f("ix_survey_round_opened_by_id"), "survey_round", ["opened_by_id"], unique=False)
    op.create_index(op.f("ix_survey_round_cohort_id"), "survey_round", ["cohort_id"], unique=False)
    op.create_table(
        "survey_done",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("enrolment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_survey_done_enrolment_id_enrolment"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["survey_round.id"], name=op.f("fk_survey_done_round_id_survey_round"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", "enrolment_id", name=op.f("pk_survey_done")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_survey_done_enrolment_id"), "survey_done", ["enrolment_id"], unique=False)
    op.create_table(
        "survey_response",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["survey_round.id"], name=op.f("fk_survey_response_round_id_survey_round"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_response")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_survey_response_round_id"), "survey_response", ["round_id"], unique=False)
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("supervisor_address", sa.String(length=254), nullable=True),
        sa.Column("supervisor_token_hash", sa.String(length=64), nullable=True),
        sa.Column("supervisor_asked_on", sa.Date(), nullable=True),
        sa.Column("supervisor_answers", sa.JSON(), nullable=True),
        sa.Column("supervisor_answered_on", sa.Date(), nullable=True),
        sa.CheckConstraint("months IN (3, 6)", name=op.f("ck_follow_up_months_known")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_follow_up_enrolment_id_enrolment"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("enrolment_id", "months", name=op.f("uq_follow_up_enrolment_id_months")),
        sa.UniqueConstraint("supervisor_token_hash", name=op.f("uq_follow_up_supervisor_token_hash")),
    )
    op.create_index(op.f("ix_follow_up_due_on"), "follow_up", ["due_on"], unique=False)


def downgrade() -> None:
    for name in ("follow_up", "survey_response", "survey_done", "survey_round"):
        op.drop_table(name)
