"""People who came without standing on the list."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.attendance.models.meetings import HalfDay
from lms.core.db import Base
from lms.programme.models import Enrolment


class WalkIn(Base):
    """Somebody at a half-day who is not enrolled: with an account that asks, or noted by the trainer by name.

    Nobody is counted before a trainer has matched them with somebody on the list.
    """

    __tablename__ = "attendance_walk_in"
    __table_args__ = (
        # Asking twice is asking once.
        sa.UniqueConstraint("half_day_id", "person_id"),
        sa.CheckConstraint("minutes >= 0", name="minutes_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    half_day_id: Mapped[int] = mapped_column(sa.ForeignKey("half_day.id", ondelete="CASCADE"))
    #: Who asked with an account; NULL: noted by name.
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    #: As the person says it, in either script; empty for somebody with an account.
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    organisation: Mapped[str] = mapped_column(sa.String(200), default="")
    #: A telephone number or an address, so that the person can be found again.
    contact: Mapped[str] = mapped_column(sa.String(254), default="")
    status: Mapped[str] = mapped_column(sa.String(12))
    minutes: Mapped[int | None]
    noted_at: Mapped[dt.datetime]
    noted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    #: Matched or refused; NULL: waits.
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    #: With whom it was matched; NULL once decided: refused.
    enrolment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"), index=True)

    half_day: Mapped[HalfDay] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    enrolment: Mapped[Enrolment | None] = relationship()
