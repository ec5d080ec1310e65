"""Where a reader stopped in a lesson, and what learners write on their sheets."""

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


class Worksheet(Base):
    """What one person wrote on one sheet. Theirs alone: no trainer or monitor reads it."""

    __tablename__ = "worksheet"
    __table_args__ = (sa.UniqueConstraint("person_id", "sheet"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    #: Key of the sheet in the curriculum: ``analysis``.
    sheet: Mapped[str] = mapped_column(sa.String(40))
    #: Key of a field -> text.
    texts: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    changed_at: Mapped[dt.datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
