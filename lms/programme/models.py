"""Cohorts, what they teach, and who is enrolled in them."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from lms.accounts.models import Organisation, Person, Region
from lms.core.bilingual import Bilingual
from lms.core.db import Base

DEFAULT_PASS_PERCENT = 60


class Cohort(Base):
    """A « session de formation »: the unit of delivery. Everything a person does hangs on an enrolment in one."""

    __tablename__ = "cohort"
    __table_args__ = (
        sa.CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        sa.CheckConstraint("pass_percent BETWEEN 1 AND 100", name="pass_percent_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Bilingual] = composite(mapped_column("name_ar"), mapped_column("name_fr"))
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    #: Pass mark of module tests, in percent.
    pass_percent: Mapped[int] = mapped_column(default=DEFAULT_PASS_PERCENT)
    #: Attendance needed, in percent of planned half-days.
    attendance_percent: Mapped[int] = mapped_column(default=80)
    #: False: online only, no half-day to attend.
    has_sessions: Mapped[bool] = mapped_column(default=True)
    #: True: the modules open one after the other; False: all at once.
    modules_in_order: Mapped[bool] = mapped_column(default=True)
    #: Languages it is held in, the main one first: ``ar,fr``, ``fr,ar``, ``ar`` or ``fr``. The main one is that of
    #: messages to people who never chose.
    languages: Mapped[str] = mapped_column(sa.String(5), default="ar,fr")
    archived_at: Mapped[dt.datetime | None]
    #: Counts edits: of two people who change one row at the same time, the second is told.
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    modules: Mapped[list[CohortModule]] = relationship(
        back_populates="cohort", order_by="CohortModule.position", cascade="all, delete-orphan"
    )


class CohortModule(Base):
    """A module that the cohort takes, in its order."""

    __tablename__ = "cohort_module"

    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id", ondelete="CASCADE"), primary_key=True)
    #: Slug of the module: concepts, model, planning.
    module: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    position: Mapped[int]

    cohort: Mapped[Cohort] = relationship(back_populates="modules")


class CohortTrainer(Base):
    """A trainer of the cohort."""

    __tablename__ = "cohort_trainer"

    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)


class Enrolment(Base):
    """A person in a cohort, with what reports group by copied on that day: a later transfer rewrites nothing."""

    __tablename__ = "enrolment"
    __table_args__ = (
        # Of a person's enrolments in a cohort one counts; those that stand aside came from a merge of accounts.
        sa.Index(
            "uq_enrolment_counting", "cohort_id", "person_id", unique=True,
            sqlite_where=sa.text("merged_into_id IS NULL"), postgresql_where=sa.text("merged_into_id IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    enrolled_at: Mapped[dt.datetime]
    #: When the person chose this one among several running enrolments; the newest choice counts.
    chosen_at: Mapped[dt.datetime | None]
    #: Left the cohort on this day; keeps what was done.
    ended_at: Mapped[dt.datetime | None]
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))
    level: Mapped[str] = mapped_column(sa.String(10))
    sex: Mapped[str | None] = mapped_column(sa.String(1))
    #: ``18-29``, ``30-44``, ``45-59``, ``60+``; NULL when the year of birth is not given.
    age_group: Mapped[str | None] = mapped_column(sa.String(6))
    #: Test accounts, trainers trying things out: left out of every figure.
    is_test: Mapped[bool] = mapped_column(default=False)
    #: Two accounts of one person were both enrolled here: this enrolment stands aside for that one.
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)

    cohort: Mapped[Cohort] = relationship()
    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    region: Mapped[Region | None] = relationship()


class CommitteeSeat(Base):
    """A seat on an organisation's committee: a title that outlives its holders."""

    __tablename__ = "committee_seat"
    __table_args__ = (sa.CheckConstraint("level <> 'regional' OR region_id IS NOT NULL", name="regional_has_region"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    title: Mapped[Bilingual] = composite(mapped_column("title_ar"), mapped_column("title_fr"))
    level: Mapped[str] = mapped_column(sa.String(10))
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))
    archived_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    organisation: Mapped[Organisation] = relationship()
    region: Mapped[Region | None] = relationship()
    holdings: Mapped[list[SeatHolding]] = relationship(
        back_populates="seat", order_by="SeatHolding.since_on", cascade="all, delete-orphan"
    )


class SeatHolding(Base):
    """Somebody on a seat, from a day to a day. Rows stay: a successor finds the seat's history."""

    __tablename__ = "seat_holding"
    __table_args__ = (
        sa.CheckConstraint("until_on IS NULL OR until_on >= since_on", name="until_after_since"),
        # One holder at a time.
        sa.Index(
            "uq_seat_holding_current", "seat_id", unique=True,
            sqlite_where=sa.text("until_on IS NULL"), postgresql_where=sa.text("until_on IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[int] = mapped_column(sa.ForeignKey("committee_seat.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    since_on: Mapped[dt.date]
    #: Last day; NULL: holds it now.
    until_on: Mapped[dt.date | None]

    seat: Mapped[CommitteeSeat] = relationship(back_populates="holdings")
    person: Mapped[Person] = relationship()
