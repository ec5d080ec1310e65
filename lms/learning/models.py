"""Where a reader stopped in a lesson."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class LessonPosition(Base):
    """The steps read and the step last opened of one lesson, for one enrolment."""

    __tablename__ = "lesson_position"

    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True)
    #: ``concepts/reading-figures``.
    lesson: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    #: Id of the step last opened.
    step: Mapped[str] = mapped_column(sa.String(60))
    #: Ids of the steps marked as read.
    steps_read: Mapped[list[str]] = mapped_column(sa.JSON)
    opened_at: Mapped[dt.datetime]
    #: When the whole lesson was read.
    read_at: Mapped[dt.datetime | None]
