"""Meetings of a cohort and their half-days."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from lms.accounts.models import Person
from lms.attendance.models.groups import Group
from lms.attendance.naming import part_of
from lms.attendance.statuses import State
from lms.core.bilingual import Bilingual
from lms.core.clock import PROGRAMME_ZONE
from lms.core.db import Base
from lms.programme.models import Cohort


class Meeting(Base):
    """A « séance » of a cohort about one module: one or more half-days in a room, online or both."""

    __tablename__ = "meeting"

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    #: Slug of the module.
    module: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[Bilingual] = composite(mapped_column("title_ar"), mapped_column("title_fr"))
    mode: Mapped[str] = mapped_column(sa.String(10))
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    #: Where the online part is held.
    link: Mapped[str] = mapped_column(sa.String(500), default="")
    #: For one group of the cohort only; NULL: for all.
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attendance_group.id"), index=True)
    #: Enrolments by name as they were when it was planned: their places are their numbers on paper, for good.
    listed: Mapped[list[Any]] = mapped_column(default=list)
    #: The file that it came from.
    import_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("attendance_import.id", ondelete="SET NULL"), index=True
    )
    #: Counts edits of what the meeting is; its half-days are moved one by one.
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    cohort: Mapped[Cohort] = relationship()
    group: Mapped[Group | None] = relationship()
    half_days: Mapped[list[HalfDay]] = relationship(
        back_populates="meeting", order_by="HalfDay.day, HalfDay.starts", cascade="all, delete-orphan"
    )

    @property
    def taking_place(self) -> list[HalfDay]:
        """Its half-days but those that are cancelled."""
        return [one for one in self.half_days if one.state is not State.CANCELLED]


class HalfDay(Base):
    """The unit of attendance. It keeps the time on the wall and the zone: at nine it stays at nine in Ramadan too."""

    __tablename__ = "half_day"
    __table_args__ = (
        # One that is cancelled makes room for another.
        sa.Index(
            "uq_half_day_held", "meeting_id", "day", "starts", unique=True,
            sqlite_where=sa.text("cancelled_at IS NULL"), postgresql_where=sa.text("cancelled_at IS NULL"),
        ),
        sa.CheckConstraint("ends > starts", name="ends_after_start"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))
    day: Mapped[dt.date] = mapped_column(index=True)
    #: On the clocks of ``zone``.
    starts: Mapped[dt.time]
    ends: Mapped[dt.time]
    #: Name in the tz database.
    zone: Mapped[str] = mapped_column(sa.String(60), default=str(PROGRAMME_ZONE))
    #: It does not take place, and is planned no longer.
    cancelled_at: Mapped[dt.datetime | None]
    #: Countersigned by ``closed_by_id``: from then on only corrected, with a reason.
    closed_at: Mapped[dt.datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    #: The first closing: the time to correct counts from here, however often it is opened again.
    first_closed_at: Mapped[dt.datetime | None]
    #: How often it was closed: what a page of before the last closing sends is not taken any more.
    closings: Mapped[int] = mapped_column(default=0)
    #: Opened again, marks are taken until then, UTC; NULL: it never was. Closing it stays possible.
    reopened_until: Mapped[dt.datetime | None]
    #: Why it was opened again (one of ``statuses.Reason``, and words): each mark changed since carries it.
    reopened_reason: Mapped[str] = mapped_column(sa.String(12), default="")
    reopened_text: Mapped[str] = mapped_column(sa.String(300), default="")

    meeting: Mapped[Meeting] = relationship(back_populates="half_days")
    closed_by: Mapped[Person | None] = relationship()

    @property
    def state(self) -> State:
        """Where it stands. The one place that tells."""
        if self.cancelled_at is not None:
            return State.CANCELLED
        if self.closed_at is not None:
            return State.CLOSED
        return State.REOPENED if self.was_held else State.OPEN

    @property
    def was_held(self) -> bool:
        """Closed once at least: also while it is opened again to be put right."""
        return self.first_closed_at is not None

    @property
    def starts_at(self) -> dt.datetime:
        """The moment it begins, UTC, by the tz database of today."""
        return self._moment(self.starts)

    @property
    def ends_at(self) -> dt.datetime:
        """The moment it ends, UTC."""
        return self._moment(self.ends)

    def _moment(self, time: dt.time) -> dt.datetime:
        return dt.datetime.combine(self.day, time, ZoneInfo(self.zone)).astimezone(dt.UTC)

    @property
    def minutes(self) -> int:
        """Its length."""
        return int((self.ends_at - self.starts_at) / dt.timedelta(minutes=1))

    @property
    def part(self) -> Any:
        """Morning, afternoon or evening, in words."""
        return part_of(self.starts)
