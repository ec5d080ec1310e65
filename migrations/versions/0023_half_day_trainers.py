"""Who led a half-day that was held"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

#: Of what was held before nothing else is known than who leads it now.
PICKED = """
INSERT INTO half_day_trainer (half_day_id, person_id)
SELECT half_day.id, meeting_trainer.person_id FROM half_day
JOIN meeting_trainer ON meeting_trainer.meeting_id = half_day.meeting_id
WHERE half_day.first_closed_at IS NOT NULL
"""
ALL = """
INSERT INTO half_day_trainer (half_day_id, person_id)
SELECT half_day.id, cohort_trainer.person_id FROM half_day
JOIN meeting ON meeting.id = half_day.meeting_id
JOIN cohort_trainer ON cohort_trainer.cohort_id = meeting.cohort_id
WHERE half_day.first_closed_at IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM meeting_trainer WHERE meeting_trainer.meeting_id = meeting.id)
"""


def upgrade() -> None:
    op.create_table(
        "half_day_trainer",
        sa.Column("half_day_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["half_day_id"], ["half_day.id"], name=op.f("fk_half_day_trainer_half_day_id_half_day"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_half_day_trainer_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("half_day_id", "person_id", name=op.f("pk_half_day_trainer")),
    )
    with op.batch_alter_table("half_day_trainer", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_half_day_trainer_person_id"), ["person_id"], unique=False)
    op.execute(PICKED)
    op.execute(ALL)


def downgrade() -> None:
    op.drop_table("half_day_trainer")
