"""Every SELECT of quizzes on paper. A trainer sees the sets of their own cohorts, and in them whom they look after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from lms.accounts.models import Person
from lms.programme.models import Cohort, Enrolment
from lms.programme.queries import cohorts_taught, looked_after_by, taught_now
from lms.quizzes.models import AnswerMark, AttemptQuestion, PaperEntry, PaperQuestion, PaperRow, PaperSet, Quiz
from lms.quizzes.queries.desk import may_take


def _of_trainer(trainer_id: int) -> sa.Select[PaperSet]:
    return sa.select(PaperSet).where(PaperSet.cohort_id.in_(taught_now(trainer_id)))


def set_or_none(db: Session, trainer_id: int, set_id: int) -> PaperSet | None:
    """A set of a trainer's cohorts with its quiz, its cohort and its questions."""
    query = (
        _of_trainer(trainer_id)
        .options(
            joinedload(PaperSet.quiz).joinedload(Quiz.other_form),
            joinedload(PaperSet.cohort),
            selectinload(PaperSet.questions).joinedload(PaperQuestion.version),
        )
        .where(PaperSet.id == set_id)
    )
    return db.scalars(query).first()


@dataclass(frozen=True)
class SetLine:
    """A set in a list, and how much of it is typed in."""

    set: PaperSet
    rows: int
    entered: int


def sets_of(db: Session, trainer_id: int, quiz_id: int) -> list[SetLine]:
    """The sets of a quiz for a trainer's cohorts, newest first."""
    mine = (PaperRow.set_id == PaperSet.id, *looked_after_by(trainer_id))
    rows = sa.select(sa.func.count(PaperRow.id)).join(Enrolment, Enrolment.id == PaperRow.enrolment_id).where(*mine)
    entered = rows.join(PaperEntry, PaperEntry.row_id == PaperRow.id)
    query = (
        _of_trainer(trainer_id)
        .add_columns(rows.scalar_subquery(), entered.scalar_subquery())
        .options(joinedload(PaperSet.cohort))
        .where(PaperSet.quiz_id == quiz_id)
        .order_by(PaperSet.id.desc())
        .limit(100)
    )
    return [SetLine(*row) for row in db.execute(query)]


def cohorts(db: Session, trainer_id: int, quiz: Quiz) -> Sequence[Cohort]:
    """The cohorts of a trainer that may take a quiz, newest first."""
    return [one for one in cohorts_taught(db, trainer_id) if quiz.cohort_id in (None, one.id)]


def people(db: Session, trainer_id: int, quiz: Quiz, cohort_id: int, *, lang: str) -> Sequence[Enrolment]:
    """The learners of a cohort who get a paper, by name; of two parallel forms, those of this one's half."""
    query = (
        sa.select(Enrolment)
        .join(Enrolment.person)
        .where(
            *looked_after_by(trainer_id), *may_take(quiz),
            Enrolment.cohort_id == cohort_id, Enrolment.ended_at.is_(None),
        )
        .order_by(Person.sort_ar if lang == "ar" else Person.sort_fr, Enrolment.id)
    )  # fmt: skip
    return db.scalars(query).all()


def rows(db: Session, trainer_id: int, set_id: int) -> Sequence[PaperRow]:
    """The rows of a set with their people and what was typed in, by number."""
    return db.scalars(_rows(trainer_id, set_id).order_by(PaperRow.number)).all()


def row_or_none(db: Session, trainer_id: int, set_id: int, number: int) -> PaperRow | None:
    return db.scalars(_rows(trainer_id, set_id).where(PaperRow.number == number)).first()


def next_empty(db: Session, trainer_id: int, set_id: int, *, after: int = 0) -> PaperRow | None:
    """The next row without an entry, from the beginning again after the last; people who left are passed over."""
    query = (
        _rows(trainer_id, set_id)
        .where(PaperEntry.row_id.is_(None), Enrolment.ended_at.is_(None))
        .order_by(PaperRow.number <= after, PaperRow.number)
        .limit(1)
    )
    return db.scalars(query).first()


def _rows(trainer_id: int, set_id: int) -> sa.Select[PaperRow]:
    return (
        sa.select(PaperRow)
        .join(PaperRow.enrolment)
        .join(Enrolment.person)
        .outerjoin(PaperRow.entry)
        .options(
            contains_eager(PaperRow.enrolment).contains_eager(Enrolment.person),
            contains_eager(PaperRow.entry).joinedload(PaperEntry.attempt),
        )
        .where(PaperRow.set_id == set_id, *looked_after_by(trainer_id))
        .execution_options(populate_existing=True)
    )


def has_others(db: Session, made: PaperSet) -> bool:
    """Whether the cohort of a set has other papers of the same quiz."""
    query = sa.select(PaperSet.id).where(
        PaperSet.quiz_id == made.quiz_id, PaperSet.cohort_id == made.cohort_id, PaperSet.id != made.id
    )
    return db.scalar(query.limit(1)) is not None


def last_entry(db: Session, set_id: int) -> PaperEntry | None:
    """What was typed in last of a set, with its attempt: its language and its day are likely those of the next."""
    query = (
        sa.select(PaperEntry)
        .join(PaperRow, PaperRow.id == PaperEntry.row_id)
        .options(joinedload(PaperEntry.attempt))
        .where(PaperRow.set_id == set_id)
        .order_by(PaperEntry.entered_at.desc(), PaperEntry.row_id.desc())
        .limit(1)
    )
    return db.scalars(query).first()


def lock_entry(db: Session, entry: PaperEntry) -> None:
    """Wait for whoever corrects this entry now, or marks one of its answers, and read it again."""
    db.refresh(entry, with_for_update={"of": PaperEntry})
    answers = sa.select(AttemptQuestion.id).where(AttemptQuestion.attempt_id == entry.attempt_id)
    db.execute(answers.order_by(AttemptQuestion.id).with_for_update())


def is_marked_by_hand(db: Session, attempt_id: int) -> bool:
    """Whether a person has given a mark to an answer of the attempt."""
    query = (
        sa.select(AnswerMark.id)
        .join(AttemptQuestion, AttemptQuestion.id == AnswerMark.attempt_question_id)
        .where(AttemptQuestion.attempt_id == attempt_id)
    )
    return db.scalar(query.limit(1)) is not None
