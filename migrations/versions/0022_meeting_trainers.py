"""Which of a cohort's trainers lead a meeting"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "meeting_trainer",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id", "person_id"],
            ["cohort_trainer.cohort_id", "cohort_trainer.person_id"],
            name="fk_meeting_trainer_cohort_trainer",
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_trainer_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", name=op.f("pk_meeting_trainer")),
    )
    with op.batch_alter_table("meeting_trainer", schema=None) as batch_op:
        batch_op.create_index("ix_meeting_trainer_cohort_trainer", ["cohort_id", "person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("meeting_trainer")
