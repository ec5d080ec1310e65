"""Questions in versions, quizzes, attempts and every answer that arrived.

Context: marks must be explainable years later, and one wrong key mended for everybody. Decision (2026-11-24):
versions are immutable and attempts pin them; marks are fractions 0-1 with points beside; each arriving answer is
a row of its own, keyed by device and counter, so that sending it twice changes nothing. Consequence: a change of
these tables needs a migration of stored answers.
"""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from lms.core.bilingual import Bilingual
from lms.core.db import Base, Fraction


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


class AttemptState(enum.StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"


class Writing(enum.StrEnum):
    """How far a question is written in its two languages."""

    COMPLETE = "complete"
    #: Something is not written in either language.
    MISSING_BOTH = "missing"
    MISSING_AR = "missing-ar"
    MISSING_FR = "missing-fr"
    #: The other language changed since the two agreed.
    STALE_AR = "stale-ar"
    STALE_FR = "stale-fr"


class Question(Base):
    """One question, whatever its wording becomes. Learners meet its versions, authors its drafts.

    What the bank sorts and filters by is repeated here from the newest draft, at each save.
    """

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: ``concepts/test#unemployment-gap`` when it comes from the curriculum files.
    content_key: Mapped[str | None] = mapped_column(sa.String(160), unique=True)
    #: Number of the version that new attempts pin; 0: not published yet.
    current_number: Mapped[int]
    #: True once a person edited it here: a later sync leaves it alone and says so.
    edited_here: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime]
    archived_at: Mapped[dt.datetime | None]
    #: NULL: the programme's own, or its author is gone.
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    #: Whether other trainers find it in the bank and edit it.
    is_shared: Mapped[bool] = mapped_column(default=True)
    #: What the question is about, together with others.
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question_case.id", ondelete="SET NULL"), index=True)
    category_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("question_category.id", ondelete="SET NULL"), index=True
    )
    #: Number of the newest draft.
    revision: Mapped[int] = mapped_column(default=0)
    type: Mapped[str] = mapped_column(sa.String(30), default="")
    level: Mapped[str] = mapped_column(sa.String(10), default="")
    objective_key: Mapped[str] = mapped_column(sa.String(160), default="", index=True)
    writing: Mapped[str] = mapped_column(sa.String(12), default=Writing.MISSING_BOTH)
    #: Whether the newest draft differs from the version that is published.
    has_changes: Mapped[bool] = mapped_column(default=True)
    #: Folded words of both languages.
    search_text: Mapped[str] = mapped_column(sa.Text, default="")
    changed_at: Mapped[dt.datetime | None]
    #: Who asked a second trainer to read it; NULL: nobody waits.
    review_asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))

    tags: Mapped[list[QuestionTag]] = relationship(order_by="QuestionTag.tag", cascade="all, delete-orphan")


class QuestionTag(Base):
    """A word by which authors find questions again."""

    __tablename__ = "question_tag"

    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(sa.String(40), primary_key=True)


class QuestionCategory(Base):
    """A drawer of the bank; a question lies in one at most."""

    __tablename__ = "question_category"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Bilingual] = composite(mapped_column("name_ar"), mapped_column("name_fr"))
    created_at: Mapped[dt.datetime]


class QuestionDraft(Base):
    """One save of a question. The newest is what authors see; the one before it is what « undo » brings back."""

    __tablename__ = "question_draft"
    # Of two people who save the same revision one meets this key, and is shown both texts.
    __table_args__ = (sa.UniqueConstraint("question_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id", ondelete="CASCADE"))
    #: 1, 2, … without gaps.
    revision: Mapped[int]
    #: ``content.Content`` as JSON.
    content: Mapped[dict[str, Any]]
    saved_at: Mapped[dt.datetime]
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))


class QuestionVersion(Base):
    """One wording of a question in both languages, with its key. Never changed once stored."""

    __tablename__ = "question_version"
    __table_args__ = (sa.UniqueConstraint("question_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"), index=True)
    number: Mapped[int]
    #: Key of the question type, a file of ``question_types``.
    type: Mapped[str] = mapped_column(sa.String(30))
    stem: Mapped[Bilingual] = composite(
        mapped_column("stem_ar", sa.Text, nullable=False), mapped_column("stem_fr", sa.Text, nullable=False)
    )
    #: Shown under the stem: source of a figure.
    source: Mapped[Bilingual] = composite(
        mapped_column("source_ar", sa.Text, nullable=False),
        mapped_column("source_fr", sa.Text, nullable=False),
    )
    explanation: Mapped[Bilingual] = composite(
        mapped_column("explanation_ar", sa.Text, nullable=False),
        mapped_column("explanation_fr", sa.Text, nullable=False),
    )
    #: What the type needs, texts by language inside; checked by the type before it is stored.
    settings: Mapped[dict[str, Any]]
    objective: Mapped[Bilingual] = composite(mapped_column("objective_ar"), mapped_column("objective_fr"))
    objective_key: Mapped[str] = mapped_column(sa.String(160))
    #: recall, apply or analyse.
    level: Mapped[str] = mapped_column(sa.String(10))
    #: ``concepts/reading-figures#gap-and-parity``: the part to read again.
    lesson: Mapped[str] = mapped_column(sa.String(160))
    #: Points that a quiz gives for it unless it says otherwise.
    points: Mapped[int] = mapped_column(default=1)
    #: False where the order of the options means something.
    shuffle: Mapped[bool] = mapped_column(default=True)
    #: A figure under the stem, with its words for those who do not see it.
    image_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_image.id"))
    image_alt: Mapped[Bilingual] = composite(
        mapped_column("image_alt_ar", default=""), mapped_column("image_alt_fr", default="")
    )
    #: The case it is about, as it was then; empty: none.
    case_text: Mapped[Bilingual] = composite(
        mapped_column("case_ar", sa.Text, default=""), mapped_column("case_fr", sa.Text, default="")
    )
    case_image_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_image.id"))
    case_alt: Mapped[Bilingual] = composite(
        mapped_column("case_alt_ar", default=""), mapped_column("case_alt_fr", default="")
    )
    #: SHA-256 of what an author writes, the case included; a new version is made only when it changes, or when the
    #: objective is worded otherwise.
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[dt.datetime]
    #: Who published it; NULL: the curriculum's files.
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))


class Counts(enum.StrEnum):
    """Which attempt counts."""

    BEST = "best"
    LAST = "last"
    AVERAGE = "average"


class QuestionCase(Base):
    """A text or a figure that several questions are about. Versions of questions keep it as it was."""

    __tablename__ = "question_case"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[Bilingual] = composite(
        mapped_column("text_ar", sa.Text, nullable=False), mapped_column("text_fr", sa.Text, nullable=False)
    )
    image_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_image.id"))
    image_alt: Mapped[Bilingual] = composite(
        mapped_column("image_alt_ar", default=""), mapped_column("image_alt_fr", default="")
    )
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    changed_at: Mapped[dt.datetime]
    #: Counts edits: of two people who change one case at the same time, the second is told.
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Quiz(Base):
    """A set of questions with its rules."""

    __tablename__ = "quiz"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: ``concepts/test`` when it comes from the curriculum files.
    content_key: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    module: Mapped[str] = mapped_column(sa.String(40), index=True)
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
    #: "person" or "deadline".
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

    attempt: Mapped[Attempt] = relationship(back_populates="questions")
    version: Mapped[QuestionVersion] = relationship()


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
