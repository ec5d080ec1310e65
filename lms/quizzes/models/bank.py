"""Questions as authors and learners meet them: drafts, versions, cases, tags, drawers."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from lms.core.bilingual import Bilingual
from lms.core.db import Base


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
    #: The quiz whose file it comes from: its draws take from these questions alone.
    bank_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quiz.id", ondelete="SET NULL"), index=True)
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


class QuestionCase(Base):
    """A text or a figure that several questions are about. Versions of questions keep it as it was."""

    __tablename__ = "question_case"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: ``assessment/form-a#fishing-centre`` when it comes from the curriculum files.
    content_key: Mapped[str | None] = mapped_column(sa.String(160), unique=True)
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
