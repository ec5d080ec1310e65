"""A quiz run in the room: what is shown now, and answers that carry nobody's name."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base
from lms.programme.models import Cohort
from lms.quizzes.models.bank import QuestionVersion
from lms.quizzes.models.quizzes import Quiz


class LiveState(enum.StrEnum):
    """How far a question of a run is. A closed one may be opened again, until its answer is shown."""

    READY = "ready"
    OPEN = "open"
    CLOSED = "closed"
    SHOWN = "shown"


class LiveRun(Base):
    """One quiz, asked question by question to the people of a cohort. It gives no mark."""

    __tablename__ = "live_run"
    __table_args__ = (
        # One at a time in a room, whatever is pressed twice.
        sa.Index(
            "uq_live_run_running", "cohort_id", unique=True,
            sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz.id"), index=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    #: Who started it.
    trainer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    #: Part of every participant's key; emptied at the end, so that nobody can make the keys again.
    salt: Mapped[str] = mapped_column(sa.String(32))
    #: The question on the screen, from 1.
    position: Mapped[int] = mapped_column(default=1)
    #: Counts the acts of the trainers: a page that shows an older number is looked at again.
    version: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]

    quiz: Mapped[Quiz] = relationship()
    cohort: Mapped[Cohort] = relationship()


class LiveQuestion(Base):
    """A question of a run, with the one order of options that everybody in the room has."""

    __tablename__ = "live_question"

    run_id: Mapped[int] = mapped_column(sa.ForeignKey("live_run.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("question_version.id"), index=True)
    #: ``question_types.base.Order``.
    order: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(sa.String(6), default=LiveState.READY)

    question: Mapped[QuestionVersion] = relationship()


class LivePresence(Base):
    """Somebody has the page of a run before them. Without a moment: the table says how many, not who or when."""

    __tablename__ = "live_presence"

    run_id: Mapped[int] = mapped_column(sa.ForeignKey("live_run.id", ondelete="CASCADE"), primary_key=True)
    #: A keyed hash: one person has one, and it leads back to nobody.
    participant: Mapped[str] = mapped_column(sa.String(32), primary_key=True)


class LiveAnswer(Base):
    """What one of the participants answered; replaced while the question is open."""

    __tablename__ = "live_answer"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["run_id", "position"], ["live_question.run_id", "live_question.position"], ondelete="CASCADE"
        ),
    )

    run_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    #: As in ``LivePresence``.
    participant: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    #: As ``QuestionType.parse`` gives it: the key of an option, several, or a choice by row.
    answer: Mapped[Any] = mapped_column(sa.JSON())
