"""Which of a cohort's trainers lead a meeting, and who led what was held."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class MeetingTrainer(Base):
    """A trainer of the cohort who leads the meeting. A meeting without any is led by all of them.

    It hangs on the row that makes somebody a trainer of the cohort: whoever leaves the cohort leads none of its
    meetings, and two accounts that become one take their meetings along.
    """

    __tablename__ = "meeting_trainer"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["cohort_id", "person_id"], ["cohort_trainer.cohort_id", "cohort_trainer.person_id"],
            name="fk_meeting_trainer_cohort_trainer", ondelete="CASCADE", onupdate="CASCADE",
        ),
        sa.Index("ix_meeting_trainer_cohort_trainer", "cohort_id", "person_id"),
    )  # fmt: skip

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True)
    #: That of the meeting.
    cohort_id: Mapped[int]


class HalfDayTrainer(Base):
    """Somebody who led a half-day that was held. They stay on its sheet though they leave the cohort."""

    __tablename__ = "half_day_trainer"

    half_day_id: Mapped[int] = mapped_column(sa.ForeignKey("half_day.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
