"""Every SELECT of the question bank."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from lms.accounts.models import Person
from lms.core.bilingual import Bilingual
from lms.core.paging import PAGE_SIZE
from lms.core.profile import StoredImage
from lms.core.text import fold
from lms.quizzes.models import (
    AttemptQuestion,
    Question,
    QuestionCase,
    QuestionCategory,
    QuestionDraft,
    QuestionTag,
    QuestionVersion,
    Quiz,
    QuizItem,
    Writing,
)
from lms.quizzes.queries.attempts import CURRENT

Listed = TypeVar("Listed", QuestionCase, Quiz)
#: So many of the newest stand in a list to choose from; nobody looks through more.
MOST_TO_CHOOSE = 200
#: Joins a question with its newest draft.
NEWEST = sa.and_(QuestionDraft.question_id == Question.id, QuestionDraft.revision == Question.revision)


def image_or_none(db: Session, image_id: int | None) -> StoredImage | None:
    return db.get(StoredImage, image_id) if image_id is not None else None


def cases(db: Session, *, page: int, size: int = PAGE_SIZE) -> tuple[Sequence[QuestionCase], int]:
    """One page of the cases, newest change first, and how many there are."""
    total = db.scalar(sa.select(sa.func.count()).select_from(QuestionCase)) or 0
    return db.scalars(_newest_cases().limit(size).offset((page - 1) * size)).all(), total


def cases_to_choose(db: Session, chosen: Collection[int]) -> Sequence[QuestionCase]:
    """The newest cases for a list to choose from, and those that are chosen already, however old."""
    return newest_and(db, QuestionCase, _newest_cases(), chosen)


def _newest_cases() -> sa.Select[QuestionCase]:
    return sa.select(QuestionCase).order_by(QuestionCase.changed_at.desc(), QuestionCase.id.desc())


def newest_and(db: Session, model: type[Listed], query: sa.Select[Listed], chosen: Collection[int]) -> Sequence[Listed]:
    """So many of a query's first rows as somebody looks through, and those of its rows that are chosen already."""
    newest = query.limit(MOST_TO_CHOOSE).with_only_columns(model.id).subquery()
    return db.scalars(query.where(sa.or_(model.id.in_(sa.select(newest.c.id)), model.id.in_(chosen)))).all()


def case_or_none(db: Session, case_id: int | None) -> QuestionCase | None:
    return db.get(QuestionCase, case_id) if case_id is not None else None


def by_content_key(db: Session, key: str) -> Question | None:
    return db.scalars(sa.select(Question).where(Question.content_key == key)).first()


def of_file(db: Session, quiz_id: int) -> Sequence[Question]:
    """The questions that came with the file of a quiz."""
    return db.scalars(sa.select(Question).where(Question.bank_of_id == quiz_id).order_by(Question.id)).all()


def case_by_content_key(db: Session, key: str) -> QuestionCase | None:
    return db.scalars(sa.select(QuestionCase).where(QuestionCase.content_key == key)).first()


def questions_on(db: Session, case_id: int) -> Sequence[Question]:
    """The questions about a case that are not archived."""
    query = sa.select(Question).where(Question.case_id == case_id, Question.archived_at.is_(None))
    return db.scalars(query.order_by(Question.id)).all()


def is_published_picture(db: Session, person_id: int, image_id: int) -> bool:
    """Whether a version of a question that is open to this trainer shows the picture, its own or its case's."""
    query = sa.select(QuestionVersion.id).join(Question, Question.id == QuestionVersion.question_id)
    shows_it = sa.or_(QuestionVersion.image_id == image_id, QuestionVersion.case_image_id == image_id)
    return db.scalar(query.where(shows_it, open_to(person_id)).limit(1)) is not None


def open_to(person_id: int) -> Any:
    """Condition: the questions that a trainer may read and edit, their own and the shared ones."""
    return sa.or_(Question.is_shared, Question.owner_id == person_id)


def question_or_none(db: Session, person_id: int, question_id: int) -> Question | None:
    query = sa.select(Question).options(selectinload(Question.tags))
    return db.scalars(query.where(Question.id == question_id, Question.revision > 0, open_to(person_id))).first()


def lock(db: Session, question: Question) -> None:
    """Wait for whoever saves or publishes this question now, and read it again."""
    db.flush()
    db.refresh(question, with_for_update=True)


def chosen(db: Session, person_id: int, ids: Collection[int]) -> Sequence[Question]:
    """Those of the numbers that this trainer may edit."""
    return db.scalars(sa.select(Question).where(Question.id.in_(ids), open_to(person_id)).order_by(Question.id)).all()


def draft(db: Session, question_id: int, revision: int) -> QuestionDraft:
    query = sa.select(QuestionDraft).where(QuestionDraft.question_id == question_id, QuestionDraft.revision == revision)
    return db.scalars(query).one()


def drafts(db: Session, question_id: int) -> Sequence[QuestionDraft]:
    """The saves of a question, newest first."""
    query = sa.select(QuestionDraft).where(QuestionDraft.question_id == question_id)
    return db.scalars(query.order_by(QuestionDraft.revision.desc())).all()


def version_or_none(db: Session, question_id: int, number: int) -> QuestionVersion | None:
    return db.scalars(_version(question_id, number)).first()


def version(db: Session, question_id: int, number: int) -> QuestionVersion:
    return db.scalars(_version(question_id, number)).one()


def _version(question_id: int, number: int) -> sa.Select[QuestionVersion]:
    return sa.select(QuestionVersion).where(
        QuestionVersion.question_id == question_id, QuestionVersion.number == number
    )


def versions(db: Session, question_id: int) -> list[tuple[QuestionVersion, Bilingual | None]]:
    """The published versions, newest first, each with the name of who published it where a person did."""
    query = (
        sa.select(QuestionVersion, Person)
        .outerjoin(Person, Person.id == QuestionVersion.published_by_id)
        .where(QuestionVersion.question_id == question_id)
        .order_by(QuestionVersion.number.desc())
    )
    return [(version, person.name if person else None) for version, person in db.execute(query)]


def draft_before(db: Session, question_id: int, moment: dt.datetime) -> QuestionDraft | None:
    """The newest draft at that moment: at a publishing, the one that came out."""
    query = sa.select(QuestionDraft).where(QuestionDraft.question_id == question_id, QuestionDraft.saved_at <= moment)
    return db.scalars(query.order_by(QuestionDraft.revision.desc()).limit(1)).first()


def attempts_with(db: Session, question_id: int, number: int) -> int:
    """How many attempts hold a version."""
    query = (
        sa.select(sa.func.count())
        .select_from(AttemptQuestion)
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
        .where(QuestionVersion.question_id == question_id, QuestionVersion.number == number)
    )
    return db.scalar(query) or 0


def quizzes_with(db: Session, question_id: int) -> Sequence[Quiz]:
    query = sa.select(Quiz).join(QuizItem).where(QuizItem.question_id == question_id, Quiz.archived_at.is_(None))
    return db.scalars(query.order_by(Quiz.id)).unique().all()


def keys_beside(db: Session, question_id: int) -> list[Any]:
    """Settings of the single-choice questions in the quizzes that hold this one, for the places of their keys."""
    others = sa.select(QuizItem.quiz_id).where(QuizItem.question_id == question_id)
    query = (
        sa.select(QuestionVersion.settings)
        .join(Question, CURRENT)
        .join(QuizItem, QuizItem.question_id == Question.id)
        .where(
            QuizItem.quiz_id.in_(others),
            QuestionVersion.type == "single_choice",
            Question.id != question_id,
        )
    )
    return list(db.scalars(query))


@dataclass(frozen=True)
class Wanted:
    """What the address of the bank asks for; empty: everything that is not archived."""

    q: str = ""
    type: str = ""
    objective: str = ""
    level: str = ""
    writing: str = ""
    state: str = ""
    tag: str = ""
    category: str = ""
    quiz: str = ""
    mine: str = ""

    def as_arguments(self) -> dict[str, str]:
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name)}


def _conditions(person_id: int, wanted: Wanted) -> list[Any]:
    found = [open_to(person_id)]
    if wanted.q:
        found += [Question.search_text.contains(word, autoescape=True) for word in fold(wanted.q).split()]
    for column, value in (
        (Question.type, wanted.type),
        (Question.objective_key, wanted.objective),
        (Question.level, wanted.level),
        (Question.writing, wanted.writing),
    ):
        if value == "missing":
            found.append(column.startswith("missing"))
        elif value == "stale":
            found.append(column.startswith("stale"))
        elif value:
            found.append(column == value)
    if wanted.tag:
        found.append(Question.tags.any(QuestionTag.tag == wanted.tag))
    if wanted.category.isascii() and wanted.category.isdecimal():
        found.append(Question.category_id == int(wanted.category[:9]))
    if wanted.quiz.isascii() and wanted.quiz.isdecimal():
        items = sa.select(QuizItem.question_id).where(QuizItem.quiz_id == int(wanted.quiz[:9]))
        found.append(Question.id.in_(items))
    if wanted.mine:
        found.append(Question.owner_id == person_id)
    return found + _state_conditions(wanted.state)


def _state_conditions(state: str) -> list[Any]:
    if state == "archived":
        return [Question.archived_at.is_not(None)]
    found: list[Any] = [Question.archived_at.is_(None)]
    if state == "draft":
        found.append(Question.current_number == 0)
    elif state == "published":
        found.append(Question.current_number > 0)
    elif state == "changed":
        found += [Question.current_number > 0, Question.has_changes]
    elif state == "review":
        found.append(Question.review_asked_by_id.is_not(None))
    return found


@dataclass(frozen=True)
class Row:
    """A line of the bank."""

    question: Question
    stem: Bilingual


def bank(db: Session, person_id: int, wanted: Wanted, *, page: int, size: int = PAGE_SIZE) -> tuple[list[Row], int]:
    """One page of the questions asked for, newest change first, and how many there are."""
    conditions = _conditions(person_id, wanted)
    total = db.scalar(sa.select(sa.func.count()).select_from(Question).where(*conditions)) or 0
    query = (
        sa.select(Question, QuestionDraft.content["stem"])
        .join(QuestionDraft, NEWEST)
        .options(selectinload(Question.tags))
        .where(*conditions)
        .order_by(Question.changed_at.desc(), Question.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    return [Row(row[0], Bilingual.of(row[1])) for row in db.execute(query)], total


def all_asked_for(db: Session, person_id: int, wanted: Wanted, *, limit: int) -> list[tuple[Question, dict[str, Any]]]:
    """The questions asked for with their newest drafts, for a file."""
    query = (
        sa.select(Question, QuestionDraft.content)
        .join(QuestionDraft, NEWEST)
        .options(selectinload(Question.tags))
        .where(*_conditions(person_id, wanted))
        .order_by(Question.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in db.execute(query)]


def questions_of(db: Session, person_id: int) -> list[tuple[Question, dict[str, str]]]:
    """The questions of an author with the stems of their newest drafts."""
    query = (
        sa.select(Question, QuestionDraft.content["stem"])
        .join(QuestionDraft, NEWEST)
        .where(Question.owner_id == person_id)
        .order_by(Question.id)
    )
    return [(row[0], row[1]) for row in db.execute(query)]


def tags(db: Session, person_id: int) -> Sequence[str]:
    """The tags in use, for the filter."""
    query = sa.select(QuestionTag.tag).join(Question).where(open_to(person_id), Question.archived_at.is_(None))
    return db.scalars(query.distinct().order_by(QuestionTag.tag).limit(300)).all()


def tags_of(db: Session, ids: Sequence[int]) -> dict[int, set[str]]:
    """The tags of each of these questions."""
    found: dict[int, set[str]] = {one: set() for one in ids}
    for question_id, tag in db.execute(
        sa.select(QuestionTag.question_id, QuestionTag.tag).where(QuestionTag.question_id.in_(ids))
    ):
        found[question_id].add(tag)
    return found


def categories(db: Session) -> Sequence[QuestionCategory]:
    return db.scalars(sa.select(QuestionCategory).order_by(QuestionCategory.id)).all()


def quizzes(db: Session, chosen: Collection[int] = ()) -> Sequence[Quiz]:
    """The newest quizzes for the filter, and those chosen already."""
    return newest_and(db, Quiz, sa.select(Quiz).where(Quiz.archived_at.is_(None)).order_by(Quiz.id.desc()), chosen)


@dataclass(frozen=True)
class Covered:
    """How many questions stand for an objective at a level, and how many of them are whole in both languages."""

    objective_key: str
    level: str
    count: int
    complete: int
    published: int


def coverage(db: Session, person_id: int) -> list[Covered]:
    query = (
        sa.select(
            Question.objective_key,
            Question.level,
            sa.func.count(),
            sa.func.count(sa.case((Question.writing == Writing.COMPLETE, 1))),
            sa.func.count(sa.case((Question.current_number > 0, 1))),
        )
        .where(open_to(person_id), Question.archived_at.is_(None))
        .group_by(Question.objective_key, Question.level)
    )
    return [Covered(*row) for row in db.execute(query)]
