"""Questions to the training team, the messages of each, and what of it is published to a cohort."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from lms.accounts.models import Person
from lms.core.bilingual import Bilingual
from lms.core.db import Base
from lms.programme.models import Enrolment
from lms.quizzes.models import Quiz


class Thread(Base):
    """What one learner asks under a lesson or a quiz. Theirs and their trainers': nobody else reads it."""

    __tablename__ = "exchange_thread"
    __table_args__ = (sa.CheckConstraint("(lesson IS NULL) <> (quiz_id IS NULL)", name="one_place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"), index=True)
    #: Key of the lesson under which it was asked: ``concepts/reading-figures``.
    lesson: Mapped[str | None] = mapped_column(sa.String(120))
    #: Id of the step that was open; empty when the whole lesson was.
    step: Mapped[str] = mapped_column(sa.String(60), default="")
    quiz_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quiz.id", ondelete="CASCADE"), index=True)
    #: Of the quiz the attempt whose result was open.
    attempt_number: Mapped[int | None]
    asked_at: Mapped[dt.datetime]
    #: Since when the learner waits for an answer; NULL: nothing waits.
    waiting_since: Mapped[dt.datetime | None]
    #: Whether an answer came that the learner has not read.
    is_unread: Mapped[bool] = mapped_column(default=False)
    #: The words of all messages, folded.
    search_text: Mapped[str] = mapped_column(sa.Text, default="")

    enrolment: Mapped[Enrolment] = relationship()
    quiz: Mapped[Quiz | None] = relationship()
    messages: Mapped[list[Message]] = relationship(back_populates="thread", order_by="Message.id")
    publication: Mapped[Publication | None] = relationship(back_populates="thread")

    @property
    def published_version(self) -> int:
        """The version of what is published; 0 for nothing."""
        return self.publication.version if self.publication else 0


class Message(Base):
    """One message of a thread: the learner's, or an answer."""

    __tablename__ = "exchange_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("exchange_thread.id", ondelete="CASCADE"), index=True)
    is_answer: Mapped[bool] = mapped_column(default=False)
    #: The trainer who answered; NULL in the learner's own messages.
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(sa.Text)
    written_at: Mapped[dt.datetime]

    thread: Mapped[Thread] = relationship(back_populates="messages")
    answered_by: Mapped[Person | None] = relationship()


class Publication(Base):
    """A question and its answer in words that the whole cohort reads; it names no learner and goes with the thread."""

    __tablename__ = "exchange_publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("exchange_thread.id", ondelete="CASCADE"), unique=True)
    question: Mapped[Bilingual] = composite(
        mapped_column("question_ar", sa.Text), mapped_column("question_fr", sa.Text)
    )
    answer: Mapped[Bilingual] = composite(mapped_column("answer_ar", sa.Text), mapped_column("answer_fr", sa.Text))
    published_at: Mapped[dt.datetime]
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    #: Counts edits: of two trainers who publish at the same time, the second is told.
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    thread: Mapped[Thread] = relationship(back_populates="publication")
