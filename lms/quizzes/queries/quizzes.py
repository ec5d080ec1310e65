"""Every SELECT of the quizzes that trainers build."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from lms.core.bilingual import Bilingual
from lms.core.paging import PAGE_SIZE
from lms.programme.models import Enrolment
from lms.quizzes.models import (
    Attempt,
    AttemptState,
    Purpose,
    Question,
    QuestionDraft,
    QuestionTag,
    QuestionVersion,
    Quiz,
    QuizItem,
)
from lms.quizzes.queries.attempts import CURRENT, IS_TEST
from lms.quizzes.queries.bank import NEWEST, newest_and, open_to

_WHOLE = (selectinload(Quiz.items), selectinload(Quiz.sections), selectinload(Quiz.blueprint))


def open_to_trainer(person_id: int) -> Any:
    """Condition: the quizzes that a trainer may change, their own. Others' may rest on others' private questions."""
    return sa.and_(Quiz.owner_id == person_id, Quiz.content_key.is_(None))


def quizzes(
    db: Session, person_id: int, *, page: int, is_archived: bool = False, size: int = PAGE_SIZE
) -> tuple[Sequence[Quiz], int]:
    """One page of a trainer's quizzes, newest first, then those of the files in their order; and how many there are."""
    is_there = Quiz.archived_at.is_not(None) if is_archived else Quiz.archived_at.is_(None)
    which = (is_there, sa.or_(open_to_trainer(person_id), Quiz.content_key.is_not(None)))
    total = db.scalar(sa.select(sa.func.count()).select_from(Quiz).where(*which)) or 0
    own_first = (Quiz.content_key.is_not(None), sa.case((Quiz.content_key.is_(None), -Quiz.id), else_=Quiz.id))
    query = sa.select(Quiz).options(selectinload(Quiz.items)).where(*which).order_by(*own_first)
    return db.scalars(query.limit(size).offset((page - 1) * size)).all(), total


def quiz_or_none(db: Session, person_id: int, quiz_id: int) -> Quiz | None:
    query = sa.select(Quiz).options(*_WHOLE).where(Quiz.id == quiz_id, open_to_trainer(person_id))
    return db.scalars(query).first()


def open_to_learner(enrolment: Enrolment) -> list[Any]:
    """Conditions: the quizzes that a learner of this enrolment may see."""
    return [
        Quiz.archived_at.is_(None),
        Quiz.published_at.is_not(None),
        sa.or_(Quiz.cohort_id.is_(None), Quiz.cohort_id == enrolment.cohort_id),
    ]


def of_files(db: Session) -> Sequence[Quiz]:
    """The quizzes that came from the curriculum's files, also those in the archive."""
    return db.scalars(sa.select(Quiz).where(Quiz.content_key.is_not(None))).all()


def of_module(db: Session, enrolment: Enrolment, module: str) -> Sequence[Quiz]:
    """The published quizzes of a module besides its test, its surveys and practice to single lessons."""
    return _open(
        db, enrolment, Quiz.module == module, Quiz.lesson == "", Quiz.purpose.not_in((Purpose.TEST, Purpose.SURVEY))
    )


def of_lesson(db: Session, enrolment: Enrolment, lesson: str) -> Sequence[Quiz]:
    """The published practice of a lesson."""
    return _open(db, enrolment, Quiz.lesson == lesson)


def of_programme(db: Session, enrolment: Enrolment) -> Sequence[Quiz]:
    """The published tests before and after the whole training."""
    return _open(db, enrolment, Quiz.module == "", Quiz.purpose.in_((Purpose.PRE_TEST, Purpose.POST_TEST)))


def _open(db: Session, enrolment: Enrolment, *which: Any) -> Sequence[Quiz]:
    query = sa.select(Quiz).options(selectinload(Quiz.items)).where(*open_to_learner(enrolment), *which)
    return db.scalars(query.order_by(Quiz.id)).all()


def attempt_counts(db: Session, quiz_ids: Sequence[int]) -> dict[int, int]:
    query = sa.select(Attempt.quiz_id, sa.func.count()).where(Attempt.quiz_id.in_(quiz_ids)).group_by(Attempt.quiz_id)
    return {row[0]: row[1] for row in db.execute(query)}


@dataclass(frozen=True)
class Candidate:
    """A question that a draw may take, as far as the draw looks at it."""

    question_id: int
    objective_key: str
    level: str
    #: Those of its tags that a draw names.
    tags: frozenset[str]


def candidates(db: Session, quiz: Quiz) -> list[Candidate]:
    """The questions that draws of a quiz may take, published and open to its author; two statements for all draws.

    A quiz of the files draws from its file alone. What a test asks is drawn nowhere else: practice would show its key
    (security notes, T24).
    """
    is_open = Question.is_shared if quiz.owner_id is None else open_to(quiz.owner_id)
    query = _current().with_only_columns(
        QuestionVersion.question_id, QuestionVersion.objective_key, QuestionVersion.level
    )
    query = query.where(Question.archived_at.is_(None), is_open)
    if quiz.content_key is not None:
        query = query.where(Question.bank_of_id == quiz.id)
    else:
        parts = _of_file if quiz.purpose == Purpose.TEST else _asked_in
        query = query.where(Question.id.not_in(parts(_IS_OF_TESTS)))
        # Opinions that the programme asks without a name are asked nowhere else.
        query = query.where(Question.id.not_in(_of_file(Quiz.purpose == Purpose.SURVEY)))
    tags: dict[int, set[str]] = {}
    named = {item.draw_tag for item in quiz.items if item.draw_tag}
    tagged = sa.select(QuestionTag.question_id, QuestionTag.tag).where(QuestionTag.tag.in_(named))
    for question_id, tag in db.execute(tagged) if named else ():
        tags.setdefault(question_id, set()).add(tag)
    rows = db.execute(query.order_by(QuestionVersion.question_id))
    return [Candidate(*row, frozenset(tags.get(row[0], ()))) for row in rows]


#: What stands in a test, published or not, is shown nowhere else.
_IS_OF_TESTS = Quiz.purpose.in_((Purpose.TEST, Purpose.PRE_TEST, Purpose.POST_TEST))


def of_tests(db: Session, question_ids: Collection[int]) -> set[int]:
    """Those of the questions that a test asks, or may ask: neither practice nor a room may show their key."""
    return _among(db, question_ids, _IS_OF_TESTS)


def _asked_in(*which: Any) -> Any:
    """Numbers of the questions that the quizzes meant ask, or may: fixed, of their file, or tagged for a draw."""
    fixed = sa.select(QuizItem.question_id.label("id")).join(Quiz, Quiz.id == QuizItem.quiz_id)
    tagged = sa.select(QuestionTag.question_id).join(
        QuizItem, sa.and_(QuizItem.draw_tag == QuestionTag.tag, QuizItem.question_id.is_(None))
    )
    tagged = tagged.join(Quiz, Quiz.id == QuizItem.quiz_id)
    asked: Any = sa.union_all(
        fixed.where(*which, QuizItem.question_id.is_not(None)), _of_file(*which), tagged.where(*which)
    )
    return sa.select(asked.subquery().c.id)


def _of_file(*which: Any) -> sa.Select[int]:
    """Numbers of the questions that came with the files of the quizzes meant."""
    return sa.select(Question.id).join(Quiz, Quiz.id == Question.bank_of_id).where(*which)


def of_published_tests(db: Session, question_ids: Collection[int]) -> set[int]:
    """Those of the questions that the published test of a module asks, or may ask."""
    return _among(db, question_ids, *IS_TEST)


def _among(db: Session, question_ids: Collection[int], *which: Any) -> set[int]:
    return set(
        db.scalars(sa.select(Question.id).where(Question.id.in_(question_ids), Question.id.in_(_asked_in(*which))))
    )


def _current() -> sa.Select[QuestionVersion]:
    return sa.select(QuestionVersion).join(Question, CURRENT)


def current_versions(db: Session, question_ids: Collection[int]) -> Sequence[QuestionVersion]:
    """The published versions of those questions that are not in the archive."""
    return db.scalars(_current().where(Question.id.in_(question_ids), Question.archived_at.is_(None))).all()


def fixed(db: Session, quiz: Quiz) -> dict[int, tuple[Question, Bilingual]]:
    """The questions that stand in a quiz, by number, with the stems of their newest drafts."""
    ids = [item.question_id for item in quiz.items if item.question_id is not None]
    query = sa.select(Question, QuestionDraft.content["stem"]).join(QuestionDraft, NEWEST).where(Question.id.in_(ids))
    return {row[0].id: (row[0], Bilingual.of(row[1])) for row in db.execute(query)}


def in_use(db: Session, person_id: int, chosen: Collection[int] = ()) -> Sequence[Quiz]:
    """A trainer's newest quizzes that questions may be put into, and those chosen already."""
    query = sa.select(Quiz).where(Quiz.archived_at.is_(None), open_to_trainer(person_id))
    return newest_and(db, Quiz, query.order_by(Quiz.id.desc()), chosen)


def has_test(db: Session, module: str, *, but: int) -> bool:
    """Whether another published quiz is the test of the module."""
    query = sa.select(Quiz.id).where(Quiz.module == module, Quiz.id != but, *IS_TEST)
    return db.scalar(query.limit(1)) is not None


def points_of(db: Session, questions: Sequence[Question]) -> dict[int, int]:
    """Points that the authors give for each question."""
    query = (
        sa.select(Question.id, QuestionDraft.content["points"])
        .join(QuestionDraft, NEWEST)
        .where(Question.id.in_([question.id for question in questions]))
    )
    return {row[0]: int(row[1] or 1) for row in db.execute(query)}


def sent_by(db: Session, enrolment_id: int) -> set[int]:
    """The quizzes that an enrolment has sent an attempt at."""
    query = sa.select(Attempt.quiz_id).where(
        Attempt.enrolment_id == enrolment_id, Attempt.state == AttemptState.SUBMITTED
    )
    return set(db.scalars(query))


def partners(db: Session, ids: Sequence[int | None]) -> Sequence[Quiz]:
    """The quizzes whose parallel form is one of these."""
    return db.scalars(sa.select(Quiz).where(Quiz.other_form_id.in_([one for one in ids if one is not None]))).all()
