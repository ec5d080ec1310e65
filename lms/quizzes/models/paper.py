"""A quiz on paper: what was printed for a cohort, a numbered row for each person, and what was typed in of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from lms.core.bilingual import Bilingual
from lms.core.db import Base
from lms.programme.models import Cohort, Enrolment
from lms.quizzes.models.attempts import Attempt
from lms.quizzes.models.bank import QuestionVersion
from lms.quizzes.models.quizzes import Quiz


class PaperSet(Base):
    """The papers of one quiz for one cohort. Its questions and their order never change: what is printed stays true."""

    __tablename__ = "paper_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz.id"), index=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    made_at: Mapped[dt.datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))

    quiz: Mapped[Quiz] = relationship()
    cohort: Mapped[Cohort] = relationship()
    questions: Mapped[list[PaperQuestion]] = relationship(
        order_by="PaperQuestion.position", cascade="all, delete-orphan"
    )


class PaperQuestion(Base):
    """A question of a set: the version pinned and the order drawn once, the same on every paper."""

    __tablename__ = "paper_question"

    set_id: Mapped[int] = mapped_column(sa.ForeignKey("paper_set.id", ondelete="CASCADE"), primary_key=True)
    #: 1, 2, … as printed.
    position: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("question_version.id"))
    points: Mapped[int]
    #: The type's own order, as ``AttemptQuestion.order``.
    order: Mapped[list[Any]]
    #: Heading of its section; empty: none.
    section: Mapped[Bilingual] = composite(
        mapped_column("section_ar", default=""), mapped_column("section_fr", default="")
    )

    version: Mapped[QuestionVersion] = relationship()


class PaperRow(Base):
    """One person's paper in a set."""

    __tablename__ = "paper_row"
    __table_args__ = (sa.UniqueConstraint("set_id", "number"), sa.UniqueConstraint("set_id", "enrolment_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(sa.ForeignKey("paper_set.id", ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"), index=True)
    #: 1, 2, … by name when the set was prepared; the code is made of it.
    number: Mapped[int]

    enrolment: Mapped[Enrolment] = relationship()
    entry: Mapped[PaperEntry | None] = relationship(back_populates="row", passive_deletes=True)


class PaperEntry(Base):
    """A row that was typed in. Its key is the row: of two people typing the same paper, one is told."""

    __tablename__ = "paper_entry"

    row_id: Mapped[int] = mapped_column(
        sa.ForeignKey("paper_row.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    #: The attempt that it became; NULL only until the end of the same transaction.
    attempt_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attempt.id", ondelete="CASCADE"), unique=True)
    #: Language of the paper: ``ar`` or ``fr``.
    lang: Mapped[str] = mapped_column(sa.String(2))
    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    #: Grows with each correction.
    version: Mapped[int] = mapped_column(default=1)

    row: Mapped[PaperRow] = relationship(back_populates="entry")
    attempt: Mapped[Attempt | None] = relationship()
