"""A wrong key mended for everybody: what would change, and the change. Knows no HTTP; flushes, never commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import current_app
from sqlalchemy.orm import Session

from lms.core import audit, clock, jobs
from lms.core import db as database
from lms.progress import services as progress
from lms.quizzes import mails, marks, queries, regrading, services
from lms.quizzes.errors import NothingToRegrade
from lms.quizzes.models import Attempt, AttemptQuestion, ChangeReason, Question, Regrade, RegradeRule
from lms.quizzes.regrading import Correction

JOB = "quizzes.regrade"
#: Attempts looked at together.
BATCH = 200


@dataclass(frozen=True)
class Effect:
    """What a rule does to one attempt: its mark before and after, 0-1; None: a person has still to read it."""

    attempt: Attempt
    old: Decimal | None
    new: Decimal | None

    @property
    def is_changed(self) -> bool:
        return self.old != self.new

    @property
    def passes_now(self) -> bool:
        return services.marking.reaches(self.new, self.attempt) and not services.marking.reaches(self.old, self.attempt)

    @property
    def fails_now(self) -> bool:
        return services.marking.reaches(self.old, self.attempt) and not services.marking.reaches(self.new, self.attempt)


def rules_for(db: Session, question: Question) -> list[RegradeRule]:
    """The rules that fit: a new key can mark old answers only when it offers the same to choose from."""
    current = queries.bank.version(db, question.id, question.current_number)
    older = queries.regrade.versions_answered(db, question.id)
    fitting = [one for one in older if one.number < question.current_number and regrading.is_comparable(one, current)]
    return [RegradeRule.KEY, RegradeRule.BETTER, RegradeRule.FULL] if fitting else [RegradeRule.FULL] if older else []


def effects(db: Session, question: Question, rule: RegradeRule) -> list[Effect]:
    """What a rule would change, attempt by attempt, in the order in which they were sent; nothing is stored."""
    correction = Correction(queries.bank.version(db, question.id, question.current_number), rule)
    return [
        Effect(attempt, attempt.score, marks.score_of(attempt.quiz, [correction.marked(row) for row in rows]))
        for attempt, rows in _attempts(db, question.id)
        if any(correction.touches(row) for row in rows)
    ]


def _attempts(db: Session, question_id: int) -> Iterator[tuple[Attempt, Sequence[AttemptQuestion]]]:
    ids = queries.regrade.attempts_with(db, question_id)
    for start in range(0, len(ids), BATCH):
        yield from queries.regrade.with_questions(db, ids[start : start + BATCH])


def ask(
    db: Session, question: Question, rule: RegradeRule, *, number: int | None, actor_id: int, now: dt.datetime
) -> Regrade:
    """Let a rule mark every attempt again, as a job; also those that are sent later with an older version.

    ``number``: the version that was looked at. Raises NothingToRegrade when another one is published by now, or when
    the rule fits no version that was answered.
    """
    if number != question.current_number or rule not in rules_for(db, question):
        raise NothingToRegrade
    regrade = Regrade(
        question_id=question.id, number=question.current_number, rule=rule, asked_at=now, asked_by_id=actor_id
    )
    db.add(regrade)
    db.flush()
    audit.record(db, "quizzes.regrade", actor_id=actor_id, subject=question, now=now, version=number, rule=rule)
    jobs.start(db, JOB, regrade_id=regrade.id, now=now)
    return regrade


def carry_out(db: Session, regrade_id: int) -> None:
    """Job: mark again, attempt by attempt; run twice it changes nothing more."""
    regrade = db.get_one(Regrade, regrade_id)
    question_id, actor_id = regrade.question_id, regrade.asked_by_id
    correction = Correction(queries.bank.version(db, question_id, regrade.number), RegradeRule(regrade.rule))
    with current_app.test_request_context():  # addresses are written into the messages
        looked_at: set[int] = set()
        # An attempt that was being sent when the correction was asked for shows up in a later round.
        while waiting := [one for one in queries.regrade.attempts_with(db, question_id) if one not in looked_at]:
            for attempt_id in waiting:
                regrade.changed += _carry_over(db, attempt_id, correction, actor_id)
                # Learners who answer now do not wait for the whole of it.
                database.commit()
            looked_at.update(waiting)
    regrade.done_at = clock.now()


def _carry_over(db: Session, attempt_id: int, correction: Correction, actor_id: int | None) -> bool:
    """One attempt; gives whether its mark changed."""
    now = clock.now()
    attempt = db.get_one(Attempt, attempt_id)
    progress.queue_acts(db, attempt.enrolment_id)
    rows = queries.attempts.questions(db, attempt_id)
    touched = [row for row in rows if correction.touches(row)]
    for row in touched:
        correction.carry_over(row)
    change = touched and services.marking.settle_again(
        db, attempt, rows, reason=ChangeReason.KEY, actor_id=actor_id, now=now
    )
    if not change:
        return False
    (mails.tell_of_mark if change.old_score is None else mails.tell_of_change)(db, attempt, now=now)
    return True
