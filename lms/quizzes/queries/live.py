"""Every SELECT of a quiz in the room. None of them leads from an answer to a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from lms.core.paging import PAGE_SIZE
from lms.programme.models import Enrolment
from lms.programme.queries import taught_now
from lms.quizzes.models import LiveAnswer, LivePresence, LiveQuestion, LiveRun, Quiz
from lms.quizzes.queries.quizzes import open_to_trainer

_HERE = sa.and_(LiveQuestion.run_id == LiveRun.id, LiveQuestion.position == LiveRun.position)


def quiz_or_none(db: Session, trainer_id: int, quiz_id: int) -> Quiz | None:
    """A quiz that a trainer may ask in the room: their own, or one of the curriculum's files."""
    query = sa.select(Quiz).options(selectinload(Quiz.items), selectinload(Quiz.sections))
    is_theirs = sa.or_(open_to_trainer(trainer_id), Quiz.content_key.is_not(None))
    return db.scalars(query.where(Quiz.id == quiz_id, Quiz.archived_at.is_(None), is_theirs)).first()


def _run_by_trainer(trainer_id: int) -> sa.Select[LiveRun]:
    """Runs in the rooms of a trainer: whoever trains there may go on with them."""
    query = sa.select(LiveRun).options(joinedload(LiveRun.quiz), joinedload(LiveRun.cohort))
    return query.where(LiveRun.cohort_id.in_(taught_now(trainer_id)))


def run_of_trainer(db: Session, trainer_id: int, run_id: int) -> LiveRun | None:
    return db.scalars(_run_by_trainer(trainer_id).where(LiveRun.id == run_id)).first()


def under_way(db: Session, trainer_id: int) -> LiveRun | None:
    """The newest run that a trainer has still to end."""
    query = _run_by_trainer(trainer_id).where(LiveRun.ended_at.is_(None))
    return db.scalars(query.order_by(LiveRun.id.desc())).first()


def runs_of(db: Session, trainer_id: int, quiz_id: int) -> Sequence[LiveRun]:
    """The newest runs of a quiz in the rooms of a trainer."""
    query = _run_by_trainer(trainer_id).where(LiveRun.quiz_id == quiz_id)
    return db.scalars(query.order_by(LiveRun.id.desc()).limit(PAGE_SIZE)).all()


def running_in(db: Session, cohort_id: int) -> LiveRun | None:
    return db.scalars(sa.select(LiveRun).where(LiveRun.cohort_id == cohort_id, LiveRun.ended_at.is_(None))).first()


def overdue(db: Session, *, before: dt.datetime) -> Sequence[LiveRun]:
    """The runs that go on since before that moment."""
    return db.scalars(sa.select(LiveRun).where(LiveRun.ended_at.is_(None), LiveRun.started_at < before)).all()


def _enrolled(person_id: int) -> tuple[Any, ...]:
    """Conditions: the enrolments that let a person into the room of their cohort."""
    return (Enrolment.person_id == person_id, Enrolment.ended_at.is_(None), Enrolment.merged_into_id.is_(None))


def run_for(db: Session, person_id: int) -> LiveRun | None:
    """What is under way in the room of a person now."""
    query = (
        sa.select(LiveRun)
        .join(Enrolment, Enrolment.cohort_id == LiveRun.cohort_id)
        .options(joinedload(LiveRun.quiz))
        .where(*_enrolled(person_id), LiveRun.ended_at.is_(None))
    )
    return db.scalars(query.order_by(LiveRun.id.desc())).first()


@dataclass(frozen=True)
class Place:
    """A person's place in a run: the question on the screen, and the enrolment that lets them in."""

    run: LiveRun
    question: LiveQuestion
    enrolment_id: int


def place_or_none(db: Session, person_id: int, run_id: int, *, with_quiz: bool = True) -> Place | None:
    """The place of a person in a run of their cohort; one statement."""
    query = (
        sa.select(LiveRun, LiveQuestion, Enrolment.id)
        .join(LiveQuestion, _HERE)
        .join(Enrolment, Enrolment.cohort_id == LiveRun.cohort_id)
        .where(LiveRun.id == run_id, *_enrolled(person_id))
    )
    if with_quiz:
        query = query.options(joinedload(LiveRun.quiz), joinedload(LiveQuestion.question))
    found = db.execute(query.limit(1)).first()
    return Place(*found) if found else None


def current(db: Session, run: LiveRun) -> LiveQuestion:
    """The question on the screen."""
    return db.get_one(LiveQuestion, (run.id, run.position))


def question_or_none(db: Session, run_id: int, position: int) -> LiveQuestion | None:
    return db.get(LiveQuestion, (run_id, position))


def locked(db: Session, run_id: int) -> LiveRun:
    """The run, read again; another act waits until this one is stored, answers (whose keys point here) do not."""
    query = sa.select(LiveRun).where(LiveRun.id == run_id).with_for_update(of=LiveRun, key_share=True)
    return db.scalars(query.execution_options(populate_existing=True)).one()


def for_answer(db: Session, run_id: int, position: int) -> LiveQuestion | None:
    """A question of a run, read again and held as it is until the answer is stored: closing waits, answers do not."""
    query = (
        sa.select(LiveQuestion)
        .where(LiveQuestion.run_id == run_id, LiveQuestion.position == position)
        .with_for_update(of=LiveQuestion, read=True)
    )
    return db.scalars(query.execution_options(populate_existing=True)).first()


def questions(db: Session, run_id: int) -> Sequence[LiveQuestion]:
    """All questions of a run with what they say."""
    query = sa.select(LiveQuestion).options(joinedload(LiveQuestion.question)).where(LiveQuestion.run_id == run_id)
    return db.scalars(query.order_by(LiveQuestion.position)).all()


def count_questions(db: Session, run_id: int) -> int:
    return db.scalar(sa.select(sa.func.count()).where(LiveQuestion.run_id == run_id)) or 0


def answers(db: Session, run_id: int, position: int) -> list[Any]:
    """What was answered to a question, in no order that tells anything."""
    query = sa.select(LiveAnswer.answer).where(LiveAnswer.run_id == run_id, LiveAnswer.position == position)
    return list(db.scalars(query.order_by(LiveAnswer.participant)))


def answers_by_place(db: Session, run_id: int) -> dict[int, list[Any]]:
    """What was answered in a whole run, by the place of the question."""
    found: dict[int, list[Any]] = {}
    query = sa.select(LiveAnswer.position, LiveAnswer.answer).where(LiveAnswer.run_id == run_id)
    for position, answer in db.execute(query.order_by(LiveAnswer.participant)):
        found.setdefault(position, []).append(answer)
    return found


def answer_of(db: Session, run_id: int, position: int, participant: str) -> Any:
    """What one participant answered; None: nothing yet."""
    found = db.get(LiveAnswer, (run_id, position, participant))
    return found.answer if found else None


@dataclass(frozen=True)
class Count:
    """How many answered the question on the screen, of how many who are there."""

    answers: int
    present: int


def count(db: Session, run: LiveRun) -> Count:
    """Both figures, in one statement."""
    here = (LiveAnswer.run_id == run.id, LiveAnswer.position == run.position)
    answered = sa.select(sa.func.count()).select_from(LiveAnswer).where(*here).scalar_subquery()
    there = sa.select(sa.func.count()).select_from(LivePresence).where(LivePresence.run_id == run.id)
    row = db.execute(sa.select(answered, there.scalar_subquery())).one()
    return Count(row[0], row[1])


def is_present(db: Session, run_id: int, participant: str) -> bool:
    return db.get(LivePresence, (run_id, participant)) is not None
