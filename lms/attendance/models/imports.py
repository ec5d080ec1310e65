"""Files of sessions or of marks that somebody sent: checked, confirmed, taken back."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.core.db import Base
from lms.programme.models import Cohort


class Kind(enum.StrEnum):
    """What a file holds."""

    SESSIONS = "sessions"
    MARKS = "marks"


class AttendanceImport(Base):
    """One file for one cohort. Nothing of it is stored elsewhere before it is confirmed."""

    __tablename__ = "attendance_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    #: What the file was called.
    name: Mapped[str] = mapped_column(sa.String(200))
    #: How a CSV was read; empty for XLSX.
    encoding: Mapped[str] = mapped_column(sa.String(16), default="")
    #: Columns of the file that were not understood.
    remarks: Mapped[list[Any]]
    #: The lines as they were read, each ``{"number", "cells", "faults"}``, until they are confirmed; then none.
    lines: Mapped[list[Any]]
    #: Lines read; once confirmed, those that were written.
    rows: Mapped[int]
    #: Wrong lines that were left out when it was confirmed.
    left_out: Mapped[int] = mapped_column(default=0)
    #: Of marks that were there before, what no change keeps, by "half-day-enrolment": remark, method, when, by whom. Of
    #: sessions what was planned, by meeting: ``{"lines": numbers of its lines, "as": all that was decided}``.
    before: Mapped[dict[str, Any]]
    #: What the undo left as it was: ``[half-day, enrolment or 0, key of why]``, for a meeting also the numbers of
    #: its lines in the file.
    kept: Mapped[list[Any]]
    made_at: Mapped[dt.datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    confirmed_at: Mapped[dt.datetime | None]
    undone_at: Mapped[dt.datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)

    cohort: Mapped[Cohort] = relationship()
    made_by: Mapped[Person | None] = relationship(foreign_keys=[made_by_id])
