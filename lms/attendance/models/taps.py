"""How far each device got with what was tapped on it: sent twice, a tap changes nothing."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class LastTap(Base):
    """The last tap on one person at one half-day that came from one device."""

    __tablename__ = "attendance_tap"

    half_day_id: Mapped[int] = mapped_column(sa.ForeignKey("half_day.id", ondelete="CASCADE"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    #: Random name that a browser gave itself for one person's taps.
    device: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    #: Grows from tap to tap of the device.
    counter: Mapped[int] = mapped_column(sa.BigInteger)
