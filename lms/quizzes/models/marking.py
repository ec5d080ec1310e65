"""Marks that people give, marks that were corrected, and what is arranged for single people."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Fraction
from lms.programme.models import Enrolment
from lms.quizzes.models.attempts import Attempt, AttemptQuestion
from lms.quizzes.models.quizzes import Quiz


class AnswerMark(Base):
    """What a person gave an open answer, criterion by criterion. It counts once the marks of the quiz are released."""

    __tablename__ = "answer_mark"
    # Of two trainers who mark one answer at the same moment, one is the first marker.
    __table_args__ = (sa.UniqueConstraint("attempt_question_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_question_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt_question.id", ondelete="CASCADE"))
    #: 1: the first marker's; 2: the second's.
    number: Mapped[int]
    marker_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    #: Points by the key of the criterion.
    points: Mapped[dict[str, Any]]
    #: What the learner reads beside the mark.
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    marked_at: Mapped[dt.datetime]

    question: Mapped[AttemptQuestion] = relationship()


class CommentSnippet(Base):
    """A sentence that a marker writes often."""

    __tablename__ = "comment_snippet"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(sa.String(500))
    created_at: Mapped[dt.datetime]


class ChangeReason(enum.StrEnum):
    """Why the mark of an attempt that was sent became another one."""

    #: The key of a question was wrong.
    KEY = "key"
    #: A person marked an answer again.
    PERSON = "person"
    #: What stands on paper had been typed in wrongly.
    ENTRY = "entry"


class MarkChange(Base):
    """The mark of an attempt became another one. Rows are added, never changed: the old mark stays readable."""

    __tablename__ = "mark_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(sa.String(10))
    old_score: Mapped[Decimal | None] = mapped_column(Fraction())
    new_score: Mapped[Decimal | None] = mapped_column(Fraction())
    changed_at: Mapped[dt.datetime]
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))


class Regrade(Base):
    """One correction of a key, carried over to the attempts that were marked by an older version of the question."""

    __tablename__ = "regrade"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"), index=True)
    #: Number of the version whose key marks now.
    number: Mapped[int]
    #: ``RegradeRule``: how.
    rule: Mapped[str] = mapped_column(sa.String(10))
    asked_at: Mapped[dt.datetime]
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    #: NULL while it is under way.
    done_at: Mapped[dt.datetime | None]
    #: Attempts whose mark it changed.
    changed: Mapped[int] = mapped_column(default=0)


class RegradeRule(enum.StrEnum):
    """What a corrected key does to marks that were given."""

    #: The new key marks everybody: marks rise or fall.
    KEY = "key"
    #: The new key where it gives more, else the old one.
    BETTER = "better"
    #: The question is given up: all its points to everybody.
    FULL = "full"


class ReviewRequest(Base):
    """A learner asks that a person looks at a mark (law 09-08, article 11)."""

    __tablename__ = "review_request"
    __table_args__ = (
        # One that waits, whatever is pressed twice.
        sa.Index(
            "uq_review_request_waiting", "attempt_id", unique=True,
            sqlite_where=sa.text("answered_at IS NULL"), postgresql_where=sa.text("answered_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(sa.Text, default="")
    asked_at: Mapped[dt.datetime]
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    answered_at: Mapped[dt.datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))

    attempt: Mapped[Attempt] = relationship()


class Arrangement(Base):
    """More time, more attempts or a later closing for one person, in one quiz or in all. Why is written nowhere."""

    __tablename__ = "arrangement"
    __table_args__ = (
        sa.UniqueConstraint("enrolment_id", "quiz_id"),
        # Two NULLs are not equal to that key.
        sa.Index(
            "uq_arrangement_everywhere", "enrolment_id", unique=True,
            sqlite_where=sa.text("quiz_id IS NULL"), postgresql_where=sa.text("quiz_id IS NULL"),
        ),
        sa.CheckConstraint("time_percent BETWEEN 100 AND 400", name="time_percent_range"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"), index=True)
    #: NULL: every quiz that has none of its own for this person.
    quiz_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quiz.id", ondelete="CASCADE"), index=True)
    #: Share of the time allowed, in percent: 125 is a quarter more.
    time_percent: Mapped[int] = mapped_column(default=100)
    extra_minutes: Mapped[int] = mapped_column(default=0)
    extra_attempts: Mapped[int] = mapped_column(default=0)
    #: Instead of the closing of the quiz, when it is later.
    closes_at: Mapped[dt.datetime | None]
    changed_at: Mapped[dt.datetime]
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))

    enrolment: Mapped[Enrolment] = relationship()
    quiz: Mapped[Quiz | None] = relationship()


class QuizAnalysis(Base):
    """What the marks of a quiz said when it was counted last; counted again once the stamp differs."""

    __tablename__ = "quiz_analysis"

    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz.id", ondelete="CASCADE"), primary_key=True)
    #: Changes whenever a mark of the quiz does: ``queries.statistics.stamp``.
    stamp: Mapped[str] = mapped_column(sa.String(80))
    made_at: Mapped[dt.datetime]
    #: Questions that ask to be looked at.
    alerts: Mapped[int]
    #: ``statistics.report.Report`` as JSON.
    report: Mapped[dict[str, Any]]
