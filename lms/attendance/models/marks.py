"""What is known of each person at each half-day, and every change of it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Organisation, Person
from lms.attendance.models.meetings import HalfDay
from lms.attendance.statuses import Status
from lms.core.db import Base
from lms.programme.models import Enrolment


class Mark(Base):
    """What is known of one person at one half-day. No row: nobody has marked them."""

    __tablename__ = "attendance_mark"
    __table_args__ = (sa.CheckConstraint("minutes >= 0", name="minutes_not_negative"),)

    half_day_id: Mapped[int] = mapped_column(sa.ForeignKey("half_day.id", ondelete="CASCADE"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    status: Mapped[str] = mapped_column(sa.String(12))
    #: Minutes attended by somebody late or gone early; NULL: not written down.
    minutes: Mapped[int | None]
    #: The programme's own name of the status; NULL: none.
    name_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attendance_status_name.id"), index=True)
    remark: Mapped[str] = mapped_column(sa.String(300), default="")
    method: Mapped[str] = mapped_column(sa.String(12))
    #: The organisation on that day: a later transfer rewrites nothing.
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    marked_at: Mapped[dt.datetime]
    marked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)

    half_day: Mapped[HalfDay] = relationship()
    enrolment: Mapped[Enrolment] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    @property
    def is_attended(self) -> bool:
        return Status(self.status).is_attended(self.minutes, self.half_day.minutes)


class MarkChange(Base):
    """One change of a mark. Append-only: the old value is kept."""

    __tablename__ = "attendance_mark_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    half_day_id: Mapped[int] = mapped_column(sa.ForeignKey("half_day.id", ondelete="CASCADE"), index=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"), index=True)
    #: NULL: there was no mark.
    old_status: Mapped[str | None] = mapped_column(sa.String(12))
    old_minutes: Mapped[int | None]
    old_name_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attendance_status_name.id"), index=True)
    status: Mapped[str] = mapped_column(sa.String(12))
    minutes: Mapped[int | None]
    name_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attendance_status_name.id"), index=True)
    method: Mapped[str] = mapped_column(sa.String(12))
    #: Of a correction: one of ``statuses.Reason``, and words.
    reason: Mapped[str] = mapped_column(sa.String(12), default="")
    reason_text: Mapped[str] = mapped_column(sa.String(300), default="")
    changed_at: Mapped[dt.datetime]
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    #: The file that it came from.
    import_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("attendance_import.id", ondelete="SET NULL"), index=True
    )

    changed_by: Mapped[Person | None] = relationship()
