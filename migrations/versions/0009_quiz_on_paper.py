"""Quizzes on paper: sets, their questions, a row for each person, what was typed in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "paper_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_paper_set_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_paper_set_made_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_paper_set_quiz_id_quiz")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_set")),
    )
    op.create_index(op.f("ix_paper_set_quiz_id"), "paper_set", ["quiz_id"], unique=False)
    op.create_index(op.f("ix_paper_set_cohort_id"), "paper_set", ["cohort_id"], unique=False)
    op.create_table(
        "paper_question",
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("order", sa.JSON(), nullable=False),
        sa.Column("section_ar", sa.String(), nullable=False),
        sa.Column("section_fr", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_id"], ["paper_set.id"], name=op.f("fk_paper_question_set_id_paper_set"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_paper_question_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("set_id", "position", name=op.f("pk_paper_question")),
    )
    op.create_table(
        "paper_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_paper_row_enrolment_id_enrolment"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["set_id"], ["paper_set.id"], name=op.f("fk_paper_row_set_id_paper_set"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_row")),
        sa.UniqueConstraint("set_id", "enrolment_id", name=op.f("uq_paper_row_set_id_enrolment_id")),
        sa.UniqueConstraint("set_id", "number", name=op.f("uq_paper_row_set_id_number")),
    )
    op.create_index(op.f("ix_paper_row_enrolment_id"), "paper_row", ["enrolment_id"], unique=False)
    op.create_table(
        "paper_entry",
        sa.Column("row_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_paper_entry_attempt_id_attempt"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["person.id"], name=op.f("fk_paper_entry_entered_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["row_id"], ["paper_row.id"], name=op.f("fk_paper_entry_row_id_paper_row"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_paper_entry")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_paper_entry_attempt_id")),
    )


def downgrade() -> None:
    op.drop_table("paper_entry")
    op.drop_table("paper_row")
    op.drop_table("paper_question")
    op.drop_table("paper_set")
