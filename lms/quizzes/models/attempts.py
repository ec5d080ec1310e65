"""Attempts, the questions pinned in them, and every answer that arrived."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from lms.core.bilingual import Bilingual
from lms.core.db import Base, Fraction
from lms.quizzes.models.bank import QuestionVersion
from lms.quizzes.models.quizzes import Quiz


class AttemptState(enum.StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"


class Attempt(Base):
    """One try at a quiz, alive on the server from its first second."""

    __tablename__ = "attempt"
    __table_args__ = (
        # The limit of attempts is this key and a bound on ``number``: parallel starts cannot pass both.
        sa.UniqueConstraint("quiz_id", "enrolment_id", "number"),
        sa.Index("ix_attempt_state_deadline_at", "state", "deadline_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz.id"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(10), default=AttemptState.OPEN)
    started_at: Mapped[dt.datetime]
    #: Server's own; NULL without a time limit.
    deadline_at: Mapped[dt.datetime | None]
    #: When it was sent, or closed by the server at its deadline.
    submitted_at: Mapped[dt.datetime | None]
    #: "person", "deadline", or "paper": taken on paper and typed in by the training team.
    submitted_by: Mapped[str | None] = mapped_column(sa.String(10))
    #: Sum of fraction × points over all points, once graded.
    score: Mapped[Decimal | None] = mapped_column(Fraction())
    #: The pass mark in force when it was graded, in percent.
    pass_percent: Mapped[int | None]

    quiz: Mapped[Quiz] = relationship()
    questions: Mapped[list[AttemptQuestion]] = relationship(
        back_populates="attempt", order_by="AttemptQuestion.position", cascade="all, delete-orphan"
    )


class AttemptQuestion(Base):
    """A question of an attempt: the version pinned, the order drawn once, the answer acknowledged last."""

    __tablename__ = "attempt_question"
    __table_args__ = (sa.UniqueConstraint("attempt_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id", ondelete="CASCADE"))
    #: 1, 2, … as shown.
    position: Mapped[int]
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("question_version.id"), index=True)
    points: Mapped[int]
    #: The type's own order, e.g. option keys as drawn; the same in both languages and after a reload.
    order: Mapped[list[Any]]
    #: NULL: not answered.
    answer: Mapped[Any] = mapped_column(sa.JSON(none_as_null=True), nullable=True)
    #: When the last counted answer arrived, UTC.
    answered_at: Mapped[dt.datetime | None]
    flagged: Mapped[bool] = mapped_column(default=False)
    #: Heading of its section; empty: none.
    section: Mapped[Bilingual] = composite(
        mapped_column("section_ar", default=""), mapped_column("section_fr", default="")
    )
    #: How sure the person was, 1 to 3; NULL: not said, or not asked.
    certainty: Mapped[int | None]
    #: NULL until graded.
    fraction: Mapped[Decimal | None] = mapped_column(Fraction())
    #: Language of the page on which the last counted answer was given: ``ar`` or ``fr``; NULL: not answered.
    lang: Mapped[str | None] = mapped_column(sa.String(2))
    #: The later version whose key marked it, after a correction; NULL: the version pinned above.
    marked_with_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question_version.id"))
    #: Whether the question was given up and everybody has its points.
    is_given_up: Mapped[bool] = mapped_column(default=False)

    attempt: Mapped[Attempt] = relationship(back_populates="questions")
    version: Mapped[QuestionVersion] = relationship(foreign_keys=[version_id])
    marked_with: Mapped[QuestionVersion | None] = relationship(foreign_keys=[marked_with_id])

    @property
    def key_version(self) -> QuestionVersion:
        """The version whose key marks the answer."""
        return self.marked_with or self.version


class AnswerArrival(Base):
    """One answer as it arrived. The key makes sending it again harmless; late ones are kept, not counted."""

    __tablename__ = "answer_arrival"
    __table_args__ = (sa.UniqueConstraint("attempt_question_id", "device", "counter"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_question_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt_question.id", ondelete="CASCADE"))
    #: Random id of the browser tab's store; "page" for a form sent without script.
    device: Mapped[str] = mapped_column(sa.String(40))
    #: Grows within one device.
    counter: Mapped[int] = mapped_column(sa.BigInteger)
    answer: Mapped[Any] = mapped_column(sa.JSON(none_as_null=True), nullable=True)
    arrived_at: Mapped[dt.datetime]
    #: After the deadline and its grace: shown to the trainer, not counted.
    is_late: Mapped[bool] = mapped_column(default=False)
