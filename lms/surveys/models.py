"""Surveys asked of a cohort, without names, and what members say of their work some months later."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base
from lms.programme.models import Cohort, Enrolment
from lms.quizzes.models import Quiz


class Round(Base):
    """A survey asked of a cohort, from a day to a day. Nothing of what it answers is shown before it is closed."""

    __tablename__ = "survey_round"
    __table_args__ = (
        sa.UniqueConstraint("quiz_id", "cohort_id", "module", "opens_on"),
        sa.CheckConstraint("closes_on >= opens_on", name="closes_after_opening"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz.id"), index=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    #: Slug of the module it is about; empty: the whole training session.
    module: Mapped[str] = mapped_column(sa.String(40), default="")
    opens_on: Mapped[dt.date]
    #: The last day on which it is answered.
    closes_on: Mapped[dt.date]
    #: Closed before its time.
    closed_at: Mapped[dt.datetime | None]
    #: NULL: the programme itself, or whoever opened it is gone.
    opened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)

    quiz: Mapped[Quiz] = relationship()
    cohort: Mapped[Cohort] = relationship()

    def is_open(self, today: dt.date) -> bool:
        """Whether it is answered that day."""
        return self.closed_at is None and self.opens_on <= today <= self.closes_on

    def is_over(self, today: dt.date) -> bool:
        """Whether nobody will answer it any more: only then its answers are shown."""
        return self.closed_at is not None or today > self.closes_on


class Done(Base):
    """Who has answered a round, and nothing else: neither when, nor in which order, nor what."""

    __tablename__ = "survey_done"
    # Without a number of their own, rows lie in the order of their key: none tells who came first.
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("survey_round.id", ondelete="CASCADE"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Response(Base):
    """What somebody answered. Nothing here leads to a person: the number is random, the moment is a day."""

    __tablename__ = "survey_response"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("survey_round.id", ondelete="CASCADE"), index=True)
    day: Mapped[dt.date]
    #: Version of a question -> answer as its type makes it.
    answers: Mapped[dict[str, Any]]


class FollowUp(Base):
    """What a member is asked about their work some months after a cohort, and what their supervisor says of it."""

    __tablename__ = "follow_up"
    __table_args__ = (
        sa.UniqueConstraint("enrolment_id", "months"),
        sa.CheckConstraint("months IN (3, 6)", name="months_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"))
    #: Months after the last day of the cohort: 3 or 6.
    months: Mapped[int]
    #: The first day on which it can be answered.
    due_on: Mapped[dt.date] = mapped_column(index=True)
    answers: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    answered_on: Mapped[dt.date | None]
    #: Where the supervisor was written to; erased once they answered, or after 30 days.
    supervisor_address: Mapped[str | None] = mapped_column(sa.String(254))
    #: SHA-256 of the token in their link.
    supervisor_token_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    supervisor_asked_on: Mapped[dt.date | None]
    supervisor_answers: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    supervisor_answered_on: Mapped[dt.date | None]

    enrolment: Mapped[Enrolment] = relationship()
