"""Attempts of the demo people, through the services: mostly passed in the finished cohort, mixed in the other."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core.clock import local_date
from lms.programme.models import Cohort, Enrolment
from lms.quizzes import demo_bank, demo_grading, queries, services
from lms.quizzes.models import Attempt, AttemptQuestion, Purpose, Quiz
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
    """Let everybody take the test before the training; those who read the lessons the test of the first module.

    People of the cohort that is over take the test after the training too.
    """
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
        is_learner = person.email == "learner@example.org"
        is_over = cohort.ends_on < local_date(now)
        before = rng.uniform(0.25, 0.55)
        _take_around(db, Purpose.PRE_TEST, enrolment, person, before, rng)
        if is_over and rng.random() < 0.8:
            _take_around(db, Purpose.POST_TEST, enrolment, person, min(0.95, before + rng.uniform(0.05, 0.45)), rng)
        if services.attempts.lessons_missing(db, enrolment.id, quiz.module):
            continue
        moment = now - dt.timedelta(days=95 if is_over else 6, hours=rng.randint(0, 40))
        skill = 0.8 if is_learner else rng.uniform(0.45, 0.95)
        if not is_learner and not is_over and rng.random() < 0.3:
            continue
        attempt = _take(db, quiz, enrolment, person, skill, rng, moment)
        if not services.marking.has_passed(attempt) and is_over:
            _take(db, quiz, enrolment, person, 0.9, rng, moment + dt.timedelta(days=3))


def _take_around(
    db: Session, purpose: Purpose, enrolment: Enrolment, person: Person, skill: float, rng: random.Random
) -> None:
    """The form of a person's half, on the first morning of the cohort or on its last."""
    day = enrolment.cohort.starts_on if purpose == Purpose.PRE_TEST else enrolment.cohort.ends_on
    moment = dt.datetime.combine(day, dt.time(9, rng.randint(0, 20)), dt.UTC)
    for quiz in queries.quizzes.of_programme(db, enrolment):
        fits = quiz.purpose == purpose and queries.attempts.is_for(quiz, enrolment)
        if fits and services.attempts.fits_progress(db, quiz, enrolment, now=moment):
            _take(db, quiz, enrolment, person, skill, rng, moment)


def _right_ones(version_ids: Sequence[int], skill: float, lang: str, rng: random.Random) -> set[int]:
    """Places of the right answers: the easiest questions first, more or less.

    How hard a question is goes by its number: some are harder in Arabic, some mislead those who know.
    """
    hard = []
    for number in version_ids:
        kind = number % 8
        more = (0.9 if lang == "ar" else -0.3) if kind == 3 else (0.2 if skill > 0.75 else -0.4) if kind == 6 else 0
        hard.append(number * 37 % 100 / 100 + more + rng.gauss(0, 0.3))
    order = sorted(range(len(hard)), key=lambda place: hard[place])
    return set(order[: round(skill * len(hard))])


def _take(
    db: Session, quiz: Quiz, enrolment: Enrolment, person: Person, skill: float, rng: random.Random, moment: dt.datetime
) -> Attempt:
    attempt = services.attempts.start_attempt(db, quiz, enrolment, now=moment, rng=rng)
    # In the order of the bank, not of this attempt: what is answered must not follow the shuffle.
    questions = sorted(queries.attempts.questions(db, attempt.id), key=lambda question: question.version_id)
    right = _right_ones([question.version_id for question in questions], skill, person.lang, rng)
    answered_at = moment
    for number, question in enumerate(questions):
        kind, settings = get(question.version.type), question.version.settings
        values = kind.filled(settings, question.order, kind.right_answer(settings))
        answered_at += dt.timedelta(seconds=rng.randint(24, 40))
        question.answer = kind.parse(
            settings, question.order, values if number in right else _wrong(values, question, rng)
        )
        question.answered_at, question.lang = answered_at, person.lang
    db.flush()
    services.attempts.submit(db, attempt, by="person", now=moment + dt.timedelta(minutes=18))
    return attempt


def _wrong(values: list[str], question: AttemptQuestion, rng: random.Random) -> list[str]:
    """What a form sends for an answer that is not right: another option, the choices of rows moved on, or nothing."""
    if not question.order:
        return []
    if ":" in values[0]:
        pairs = [value.split(":") for value in values]
        return [f"{row[0]}:{other[1]}" for row, other in zip(pairs, [*pairs[1:], pairs[0]], strict=True)]
    return [rng.choice([option_id for option_id, _key in question.order if option_id not in values])]
