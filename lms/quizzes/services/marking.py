"""Marks: of one question, of an attempt, of a person in a quiz; and what follows when one changes.

Knows no HTTP; flushes, never commits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from lms.core import audit
from lms.core.clock import local_date
from lms.programme.models import Enrolment
from lms.programme.queries import get_enrolment_or_none
from lms.progress import activities
from lms.progress import services as progress
from lms.quizzes import events, marks, queries, regrading
from lms.quizzes.models import Attempt, AttemptQuestion, ChangeReason, Counts, MarkChange, Quiz
from lms.quizzes.question_types import get


def grade(db: Session, attempt: Attempt, *, now: dt.datetime) -> None:
    """Mark every question of an attempt that was sent, sum up, and let the ledger follow.

    An attempt with an answer that a person has to read stays without a mark until then; one where nothing is right
    or wrong, a survey, has none.
    """
    questions = queries.attempts.questions(db, attempt.id)
    for question in questions:
        question.fraction = fraction_of(question)
    regrading.catch_up(db, questions)
    enrolment = _enrolment(db, attempt)
    attempt.pass_percent = attempt.quiz.pass_percent or enrolment.cohort.pass_percent
    settle(db, attempt, questions, enrolment, now=now)


def fraction_of(question: AttemptQuestion) -> Decimal | None:
    """The mark of one answer, 0-1, by the key that counts for it; None until a person gave one."""
    version = question.key_version
    kind = get(version.type)
    fraction = kind.grade(version.settings, question.answer).fraction
    return question.fraction if fraction is None and kind.marked_by == "person" else fraction


def settle(
    db: Session, attempt: Attempt, questions: Sequence[AttemptQuestion], enrolment: Enrolment, *, now: dt.datetime
) -> None:
    """Sum up the marks of the questions, write what counts of a module's test into the ledger, and tell the others."""
    progress.queue_acts(db, enrolment.id)
    attempt.score = marks.score_of(attempt.quiz, [marks.Marked.of(question) for question in questions])
    db.flush()
    if attempt.score is None:
        return
    test = queries.attempts.test_of(db, attempt.quiz.module)
    if test is not None and test.id == attempt.quiz_id:
        _record_best(db, attempt, enrolment, now=now)
    events.attempt_graded.send(attempt, db=db, now=now)


def settle_again(
    db: Session,
    attempt: Attempt,
    questions: Sequence[AttemptQuestion],
    *,
    reason: ChangeReason,
    actor_id: int | None,
    now: dt.datetime,
) -> MarkChange | None:
    """Sum up again after marks of questions changed, with the old mark kept; None when it is the same.

    Whoever changed the mark meanwhile is waited for and seen.
    """
    progress.queue_acts(db, attempt.enrolment_id)
    db.flush()
    db.refresh(attempt, ["score"])
    old = attempt.score
    settle(db, attempt, questions, _enrolment(db, attempt), now=now)
    if attempt.score == old:
        return None
    change = MarkChange(
        attempt_id=attempt.id,
        reason=reason,
        old_score=old,
        new_score=attempt.score,
        changed_at=now,
        changed_by_id=actor_id,
    )
    db.add(change)
    before, after = ({"share": None if one is None else str(one)} for one in (old, attempt.score))
    audit.record(db, "quizzes.change-mark", actor_id=actor_id, subject=attempt, now=now, before=before, after=after)
    return change


def _enrolment(db: Session, attempt: Attempt) -> Enrolment:
    enrolment = get_enrolment_or_none(db, attempt.enrolment_id)
    if enrolment is None:
        raise LookupError(f"attempt {attempt.id} has no enrolment")
    return enrolment


def has_passed(attempt: Attempt) -> bool:
    """Whether the mark reaches the pass mark that was in force when it was graded."""
    return reaches(attempt.score, attempt)


def reaches(score: Decimal | None, attempt: Attempt) -> bool:
    """Whether a mark would pass the attempt."""
    return score is not None and score * 100 >= (attempt.pass_percent or 100)


@dataclass(frozen=True)
class Outcome:
    """What a quiz says of a person: the score that counts, and the attempt it is shown with."""

    score: Decimal
    pass_percent: int
    attempt: Attempt

    @property
    def has_passed(self) -> bool:
        return self.score * 100 >= self.pass_percent


def sat_at(attempt: Attempt) -> dt.datetime:
    """When it was sent; while it is under way, when it began."""
    return attempt.submitted_at or attempt.started_at


def counted_of(quiz: Quiz, made: Sequence[Attempt]) -> Outcome | None:
    """What counts of the attempts made, by the rule of the quiz; None before the first mark."""
    graded = [one for one in made if one.score is not None]
    if not graded:
        return None
    scores = [one.score or Decimal(0) for one in graded]
    # The last is the one sat last: a paper may be typed in after a later attempt.
    last = max(graded, key=lambda one: (sat_at(one), one.number))
    best = last if quiz.counts == Counts.LAST else max(graded, key=lambda one: (one.score or 0, -one.number))
    score = sum(scores, Decimal(0)) / len(scores) if quiz.counts == Counts.AVERAGE else best.score or Decimal(0)
    return Outcome(score, best.pass_percent or 100, best)


def _record_best(db: Session, attempt: Attempt, enrolment: Enrolment, *, now: dt.datetime) -> None:
    """What counts of the attempts so far; usually the best one, so that a later worse one changes nothing."""
    quiz = attempt.quiz
    outcome = counted_of(quiz, queries.attempts.attempts(db, quiz.id, enrolment.id))
    if outcome is None:
        return
    best = outcome.attempt
    progress.record(
        db,
        enrolment,
        activities.test(quiz.module),
        module=quiz.module,
        share=1 if outcome.has_passed else 0,
        score=outcome.score,
        happened_on=local_date(best.submitted_at or now),
        evidence={"attempt": best.id, "number": best.number, "pass_percent": best.pass_percent},
        now=now,
    )
