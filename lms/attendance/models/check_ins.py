"""Arrivals that people confirmed themselves."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.attendance.models.meetings import HalfDay
from lms.core.db import Base
from lms.programme.models import Enrolment


class CheckIn(Base):
    """One person confirmed being at one half-day. Once: the key is the pair."""

    __tablename__ = "attendance_check_in"

    half_day_id: Mapped[int] = mapped_column(sa.ForeignKey("half_day.id", ondelete="CASCADE"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    at: Mapped[dt.datetime]
    #: By the QR code or by the six digits under it: one of ``statuses.Method``.
    method: Mapped[str] = mapped_column(sa.String(12))
    #: Keyed hash of a random name of the browser, other at each half-day. Empty once it is let go.
    device: Mapped[str] = mapped_column(sa.String(64), default="")
    #: A trainer found the person not there.
    struck_at: Mapped[dt.datetime | None]
    struck_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)

    half_day: Mapped[HalfDay] = relationship()
    enrolment: Mapped[Enrolment] = relationship()
    struck_by: Mapped[Person | None] = relationship()
