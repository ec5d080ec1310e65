"""A quiz run in the room: runs, their questions, who is there without a name, answers without a name"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "live_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("trainer_id", sa.Integer(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_live_run_cohort_id_cohort")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_live_run_quiz_id_quiz")),
        sa.ForeignKeyConstraint(
            ["trainer_id"], ["person.id"], name=op.f("fk_live_run_trainer_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_run")),
    )
    op.create_index(op.f("ix_live_run_cohort_id"), "live_run", ["cohort_id"], unique=False)
    op.create_index(op.f("ix_live_run_quiz_id"), "live_run", ["quiz_id"], unique=False)
    is_running = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_live_run_running", "live_run", ["cohort_id"], unique=True,
        sqlite_where=is_running, postgresql_where=is_running,
    )  # fmt: skip
    op.create_table(
        "live_question",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("order", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["live_run.id"], name=op.f("fk_live_question_run_id_live_run"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_live_question_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("run_id", "position", name=op.f("pk_live_question")),
    )
    op.create_index(op.f("ix_live_question_version_id"), "live_question", ["version_id"], unique=False)
    op.create_table(
        "live_presence",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("participant", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["live_run.id"], name=op.f("fk_live_presence_run_id_live_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "participant", name=op.f("pk_live_presence")),
    )
    op.create_table(
        "live_answer",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("participant", sa.String(length=32), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id", "position"],
            ["live_question.run_id", "live_question.position"],
            name=op.f("fk_live_answer_run_id_live_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "position", "participant", name=op.f("pk_live_answer")),
    )


def downgrade() -> None:
    op.drop_table("live_answer")
    op.drop_table("live_presence")
    op.drop_table("live_question")
    op.drop_table("live_run")
