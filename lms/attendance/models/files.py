"""Papers of attendance: the signed sheet of a day, and what justifies an absence."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.attendance.models.meetings import HalfDay
from lms.core.db import Base
from lms.programme.models import Enrolment


class AttendanceFile(Base):
    """A file, checked as it came (``core.scans``)."""

    __tablename__ = "attendance_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    half_day_id: Mapped[int] = mapped_column(sa.ForeignKey("half_day.id", ondelete="CASCADE"), index=True)
    #: Whose absence it justifies; NULL: the signed sheet, which covers all half-days of its meeting on that day.
    enrolment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"), index=True)
    #: As it was called where it came from.
    name: Mapped[str] = mapped_column(sa.String(120))
    media_type: Mapped[str] = mapped_column(sa.String(40))
    #: Bytes.
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    #: NULL once it is removed: only that it was there is kept.
    body: Mapped[bytes | None] = mapped_column(deferred=True)
    added_at: Mapped[dt.datetime]
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    removed_at: Mapped[dt.datetime | None]

    half_day: Mapped[HalfDay] = relationship()
    enrolment: Mapped[Enrolment | None] = relationship()
    added_by: Mapped[Person | None] = relationship()
