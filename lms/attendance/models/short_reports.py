"""The training team's short report of a meeting."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.attendance.models.meetings import Meeting
from lms.core.db import Base

#: What it says in words, in its order.
PARTS = ("done", "difficulties", "participation", "access", "follow_up")


class ShortReport(Base):
    """What the team says of a meeting; figures are read from the marks whenever it is shown."""

    __tablename__ = "meeting_report"

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    done: Mapped[str] = mapped_column(sa.Text, default="")
    difficulties: Mapped[str] = mapped_column(sa.Text, default="")
    #: Who spoke and who did not: equal participation.
    participation: Mapped[str] = mapped_column(sa.Text, default="")
    #: Conditions of access: child care, transport, place, hours, connection.
    access: Mapped[str] = mapped_column(sa.Text, default="")
    follow_up: Mapped[str] = mapped_column(sa.Text, default="")
    written_at: Mapped[dt.datetime]
    written_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    meeting: Mapped[Meeting] = relationship()
    written_by: Mapped[Person | None] = relationship()
