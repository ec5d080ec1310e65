"""What somebody says is wrong about their own attendance, and how the team answers."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.attendance.models.meetings import HalfDay
from lms.core.db import Base
from lms.programme.models import Enrolment

#: What became of a report.
CORRECTED, STANDS = "corrected", "stands"


class ErrorReport(Base):
    """One report of an error at a closed half-day. One waits at a time for each person and half-day."""

    __tablename__ = "attendance_report"
    __table_args__ = (
        sa.Index(
            "uq_attendance_report_open", "half_day_id", "enrolment_id", unique=True,
            sqlite_where=sa.text("answered_at IS NULL"), postgresql_where=sa.text("answered_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    half_day_id: Mapped[int] = mapped_column(sa.ForeignKey("half_day.id", ondelete="CASCADE"), index=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    said_at: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    #: ``corrected`` or ``stands``; empty while it waits.
    outcome: Mapped[str] = mapped_column(sa.String(12), default="")
    #: Why the mark stands, in the team's words.
    answer: Mapped[str] = mapped_column(sa.Text, default="")

    half_day: Mapped[HalfDay] = relationship()
    enrolment: Mapped[Enrolment] = relationship()
    answered_by: Mapped[Person | None] = relationship()
