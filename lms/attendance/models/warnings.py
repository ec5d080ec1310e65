"""Who was told of an absence: each message goes once."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base

#: The person was absent; their organisation's focal point was told so; the threshold is out of reach.
ABSENT, TO_FOCAL_POINT, UNREACHABLE = "absent", "focal-point", "unreachable"


class AbsenceWarning(Base):
    """That somebody was told of one person's absence, whatever becomes of the half-day afterwards."""

    __tablename__ = "attendance_warning"
    __table_args__ = (
        # Once for an enrolment, not once for each half-day.
        sa.Index(
            "uq_attendance_warning_unreachable", "enrolment_id", unique=True,
            sqlite_where=sa.text("kind = 'unreachable'"), postgresql_where=sa.text("kind = 'unreachable'"),
        ),
    )  # fmt: skip

    half_day_id: Mapped[int] = mapped_column(sa.ForeignKey("half_day.id", ondelete="CASCADE"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    kind: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    #: The person, or one of the focal points.
    recipient_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    #: Of the outbox, which lets messages go before this row.
    mail_id: Mapped[int | None]
    warned_at: Mapped[dt.datetime]
