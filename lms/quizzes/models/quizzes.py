"""Quizzes with their rules and the places of their questions."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from lms.core.bilingual import Bilingual
from lms.core.db import Base


class Purpose(enum.StrEnum):
    PRACTICE = "practice"
    TEST = "test"
    PRE_TEST = "pre_test"
    POST_TEST = "post_test"
    SURVEY = "survey"


class Feedback(enum.StrEnum):
    """When answers, keys and explanations may leave the server."""

    AT_ONCE = "at-once"
    AFTER_SUBMIT = "after-submit"
    AFTER_CLOSING = "after-closing"
    NEVER = "never"


class Counts(enum.StrEnum):
    """Which attempt counts."""

    BEST = "best"
    LAST = "last"
    AVERAGE = "average"


class Quiz(Base):
    """A set of questions with its rules."""

    __tablename__ = "quiz"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: ``concepts/test`` when it comes from the curriculum files.
    content_key: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    #: Empty: it is about all modules.
    module: Mapped[str] = mapped_column(sa.String(40), index=True)
    #: Key of the lesson that it practises; empty: of none alone.
    lesson: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")
    purpose: Mapped[str] = mapped_column(sa.String(12))
    title: Mapped[Bilingual] = composite(mapped_column("title_ar"), mapped_column("title_fr"))
    #: Time allowed; NULL: no limit.
    minutes: Mapped[int | None]
    #: NULL: as many as wanted.
    attempts_allowed: Mapped[int | None]
    #: Pause between two attempts.
    pause_hours: Mapped[int] = mapped_column(default=0)
    feedback: Mapped[str] = mapped_column(sa.String(15))
    shuffle: Mapped[bool] = mapped_column(default=True)
    archived_at: Mapped[dt.datetime | None]
    #: NULL: the programme's own, or its author is gone.
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    #: NULL: learners do not see it yet.
    published_at: Mapped[dt.datetime | None]
    #: NULL: every cohort takes it.
    cohort_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    opens_at: Mapped[dt.datetime | None]
    closes_at: Mapped[dt.datetime | None]
    counts: Mapped[str] = mapped_column(sa.String(8), default=Counts.BEST)
    #: NULL: the pass mark of the cohort.
    pass_percent: Mapped[int | None]
    #: Whether people say how sure they are, and marks follow it.
    asks_certainty: Mapped[bool] = mapped_column(default=False)
    #: Whether open answers need the marks of two people.
    second_marker: Mapped[bool] = mapped_column(default=False)
    #: The parallel form: half of a cohort takes this one, the other half that one.
    other_form_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quiz.id", ondelete="SET NULL"))
    #: Counts edits: of two people who change one quiz at the same time, the second is told.
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    items: Mapped[list[QuizItem]] = relationship(order_by="QuizItem.position", cascade="all, delete-orphan")
    other_form: Mapped[Quiz | None] = relationship(remote_side="Quiz.id", foreign_keys="Quiz.other_form_id")
    sections: Mapped[list[QuizSection]] = relationship(order_by="QuizSection.number", cascade="all, delete-orphan")
    blueprint: Mapped[list[BlueprintLine]] = relationship(
        order_by="BlueprintLine.objective_key", cascade="all, delete-orphan"
    )

    @property
    def shows_mark(self) -> bool:
        """Whether the person is told a mark: what is measured before the training is no success or failure."""
        return self.purpose not in (Purpose.PRE_TEST, Purpose.SURVEY)

    @property
    def has_pass_mark(self) -> bool:
        """Whether a mark is enough or not: of practice to a lesson nothing is counted."""
        return self.shows_mark and not self.lesson

    @property
    def question_count(self) -> int:
        """How many questions an attempt has."""
        return sum(item.draw_count if item.question_id is None else 1 for item in self.items)


class QuizSection(Base):
    """A part of a quiz with a heading. A quiz without sections is one part without a heading."""

    __tablename__ = "quiz_section"

    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[Bilingual] = composite(mapped_column("title_ar"), mapped_column("title_fr"))


class QuizItem(Base):
    """A place in a quiz: one question, or some drawn anew for each attempt."""

    __tablename__ = "quiz_item"

    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    #: NULL: a draw.
    question_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question.id"), index=True)
    points: Mapped[int] = mapped_column(default=1)
    #: Number of its section; 0: before all sections.
    section: Mapped[int] = mapped_column(default=0)
    #: Of a draw: how many questions, and which; empty: any.
    draw_count: Mapped[int] = mapped_column(default=0)
    draw_objective: Mapped[str] = mapped_column(sa.String(160), default="")
    draw_level: Mapped[str] = mapped_column(sa.String(10), default="")
    draw_tag: Mapped[str] = mapped_column(sa.String(40), default="")


class BlueprintLine(Base):
    """How many questions a quiz needs of an objective at a level."""

    __tablename__ = "blueprint_line"

    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz.id", ondelete="CASCADE"), primary_key=True)
    objective_key: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    level: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    count: Mapped[int]
