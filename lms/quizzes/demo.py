"""Attempts of the demo people, through the services: mostly passed in the finished cohort, mixed in the other."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core.clock import local_date
from lms.programme.models import Cohort, Enrolment
from lms.quizzes import demo_bank, demo_grading, queries, services
from lms.quizzes.models import Attempt, Quiz
from lms.quizzes.question_types import get


def make_demo(db: Session, *, now: dt.datetime, **_: Any) -> None:
    """Questions and quizzes of the demo's trainer, attempts of everybody, open answers to grade."""
    demo_bank.write_questions(db, now=now)
    take_tests(db, now=now)
    demo_grading.write_answers(db, now=now)
    prepare_papers(db, now=now)


def prepare_papers(db: Session, *, now: dt.datetime) -> None:
    """The trainer's practice quiz on paper for their running cohort, the first paper of it typed in."""
    trainer = db.scalars(sa.select(Person.id).where(Person.email == "trainer@example.org")).first()
    query = sa.select(Quiz).where(Quiz.owner_id == trainer, Quiz.published_at.is_not(None)).order_by(Quiz.id)
    quiz = db.scalars(query).first()
    cohorts = queries.paper.cohorts(db, trainer, quiz) if trainer is not None and quiz is not None else []
    if trainer is None or quiz is None or not cohorts:
        return
    prepared_at, sat_at = now - dt.timedelta(days=2), (now - dt.timedelta(days=1)).replace(second=0, microsecond=0)
    made = services.paper.prepare(db, quiz, cohorts[0], lang="fr", actor_id=trainer, now=prepared_at)
    versions = [one.version for one in made.questions]
    answers = [get(version.type).right_answer(version.settings) for version in versions]
    row = queries.paper.row_or_none(db, trainer, made.id, 1)
    if row is not None:
        sat = services.paper.Sat([None, *answers[1:]], "ar", sat_at)
        services.paper.enter(db, made, row, sat, actor_id=trainer, now=now)


def take_tests(db: Session, *, now: dt.datetime) -> None:
    """Let everybody who read the lessons take the test of the first module."""
    quiz = queries.attempts.test_of(db, "concepts")
    if quiz is None:
        return
    rng = random.Random(11)  # noqa: S311 - invented answers, not secrets
    rows = db.execute(
        sa.select(Enrolment, Person, Cohort)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .order_by(Enrolment.id)
    ).all()
    for enrolment, person, cohort in rows:
        if services.attempts.lessons_missing(db, enrolment.id, quiz.module):
            continue
        is_learner = person.email == "learner@example.org"
        is_over = cohort.ends_on < local_date(now)
        moment = now - dt.timedelta(days=95 if is_over else 6, hours=rng.randint(0, 40))
        skill = 0.8 if is_learner else rng.uniform(0.45, 0.95)
        if not is_learner and not is_over and rng.random() < 0.3:
            continue
        attempt = _take(db, quiz, enrolment, person, skill, rng, moment)
        if not services.marking.has_passed(attempt) and is_over:
            _take(db, quiz, enrolment, person, 0.9, rng, moment + dt.timedelta(days=3))


def _right_ones(count: int, skill: float, lang: str, rng: random.Random) -> set[int]:
    """The easiest questions first, more or less. The eighth is harder in Arabic; the last misleads those who know."""
    hard = [place / count for place in range(count)]
    hard[min(7, count - 1)] += 0.9 if lang == "ar" else -0.3
    hard[-1] += 0.2 if skill > 0.75 else -0.4
    order = sorted(range(count), key=lambda place: hard[place] + rng.gauss(0, 0.3))
    return set(order[: round(skill * count)])


def _take(
    db: Session, quiz: Quiz, enrolment: Enrolment, person: Person, skill: float, rng: random.Random, moment: dt.datetime
) -> Attempt:
    attempt = services.attempts.start_attempt(db, quiz, enrolment, now=moment)
    # In the order of the items, not of this attempt: what is answered must not follow the shuffle.
    questions = sorted(queries.attempts.questions(db, attempt.id), key=lambda question: question.version_id)
    right = _right_ones(len(questions), skill, person.lang, rng)
    answered_at = moment
    for number, question in enumerate(questions):
        kind, settings = get(question.version.type), question.version.settings
        values = kind.filled(settings, question.order, kind.right_answer(settings))
        if number not in right:
            values = [rng.choice([option_id for option_id, _key in question.order if option_id not in values])]
        answered_at += dt.timedelta(seconds=rng.randint(24, 100))
        services.attempts.save_answer(
            db,
            enrolment.person_id,
            quiz.id,
            attempt.number,
            question.position,
            device="demo",
            counter=number,
            values=values,
            lang=person.lang,
            now=answered_at,
        )
    db.expire_all()
    services.attempts.submit(db, attempt, by="person", now=moment + dt.timedelta(minutes=18))
    return attempt
