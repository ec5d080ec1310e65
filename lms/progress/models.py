"""The ledger: what each enrolment has done, every change of it, and the share of each module."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import ONE, Base, Fraction


class LedgerEntry(Base):
    """The current state of one activity of one enrolment. Corrections may lower it."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        sa.UniqueConstraint("enrolment_id", "activity"),
        sa.CheckConstraint(f"share BETWEEN 0 AND {ONE}", name="share_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"))
    module: Mapped[str] = mapped_column(sa.String(40))
    #: ``lesson:concepts/why-this-training``, ``test:concepts``.
    activity: Mapped[str] = mapped_column(sa.String(120))
    #: How much of the activity is done; 1 when it counts as a step.
    share: Mapped[Decimal] = mapped_column(Fraction())
    #: Nominal minutes that count as hours online.
    minutes: Mapped[int]
    #: Result as a share of all points, where the activity has one.
    score: Mapped[Decimal | None] = mapped_column(Fraction())
    #: The day it happened, on the programme's calendar.
    happened_on: Mapped[dt.date]
    recorded_at: Mapped[dt.datetime]
    #: What proves it, e.g. ``{"attempt": 12}``.
    evidence: Mapped[dict[str, Any]]


class LedgerChange(Base):
    """One change of a ledger entry. Append-only."""

    __tablename__ = "ledger_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"), index=True)
    activity: Mapped[str] = mapped_column(sa.String(120))
    share: Mapped[Decimal] = mapped_column(Fraction())
    minutes: Mapped[int]
    score: Mapped[Decimal | None] = mapped_column(Fraction())
    happened_on: Mapped[dt.date]
    recorded_at: Mapped[dt.datetime]
    evidence: Mapped[dict[str, Any]]


class ModuleProgress(Base):
    """Where one enrolment stands in one module: kept in the same transaction as the ledger."""

    __tablename__ = "module_progress"
    __table_args__ = (
        sa.CheckConstraint("done BETWEEN 0 AND required", name="done_range"),
        sa.Index("ix_module_progress_module_completed_on", "module", "completed_on", "enrolment_id"),
    )

    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True)
    module: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    #: Steps done and steps required: lessons that are ready, and the test where there is one.
    done: Mapped[int]
    required: Mapped[int]
    share: Mapped[Decimal] = mapped_column(Fraction())
    #: Nominal minutes of the lessons read.
    minutes: Mapped[int]
    #: The day of the last step; NULL while a step is missing.
    completed_on: Mapped[dt.date | None]
    last_activity_at: Mapped[dt.datetime | None]


class ModuleStep(Base):
    """A step that a module requires: written at each sync, so that shares can be counted in SQL."""

    __tablename__ = "module_step"

    activity: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    module: Mapped[str] = mapped_column(sa.String(40), index=True)
