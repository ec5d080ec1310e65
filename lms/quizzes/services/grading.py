"""Marks that people give open answers, from the first look to the release and after. Flushes, never commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lms.core import audit
from lms.progress import services as progress
from lms.quizzes import mails, queries, rubric, services
from lms.quizzes.errors import MarkedMeanwhile, MarksReleased, NotReleased, WrongPoints
from lms.quizzes.models import (
    AnswerMark,
    AttemptQuestion,
    ChangeReason,
    CommentSnippet,
    MarkChange,
    QuestionVersion,
    Quiz,
)

MOST_SNIPPETS, LONGEST_SNIPPET = 30, 500


def mark(
    db: Session, answer: AttemptQuestion, points: Mapping[str, int], comment: str, *, marker_id: int, now: dt.datetime
) -> AnswerMark:
    """Give an open answer points by criterion; marking again changes one's own mark.

    Of two trainers at the same moment the first is the first marker; the other becomes the second where the quiz asks
    for two. Where two marks are too far apart, a third takes the place of the one that is farther from it.

    Raises WrongPoints, MarkedMeanwhile where no mark is missing, MarksReleased.
    """
    check_points(answer.version, points)
    db.refresh(answer, ["fraction"], with_for_update=True)
    if answer.fraction is not None:
        raise MarksReleased
    marks = queries.grading.marks(db, answer.id)
    possible, needs_second = rubric.possible_of(answer.version.settings), answer.attempt.quiz.second_marker
    if not rubric.may_mark(marks, marker_id, needs_second=needs_second, possible=possible):
        raise MarkedMeanwhile
    own = next((one for one in marks if one.marker_id == marker_id), None)
    if own is None and len(marks) > 1:
        total = sum(points.values())
        own = max(marks, key=lambda one: abs(sum(one.points.values()) - total))
        own.marker_id = marker_id
    if own is None:
        own = AnswerMark(attempt_question_id=answer.id, number=len(marks) + 1, marker_id=marker_id)
        db.add(own)
    own.points, own.comment, own.marked_at = dict(points), comment, now
    db.flush()
    return own


def check_points(version: QuestionVersion, points: Mapping[str, int]) -> None:
    """Raise WrongPoints unless each criterion has whole points that it can bring, and nothing else has any."""
    most = {one.key: one.points for one in rubric.criteria(version)}
    if set(points) != set(most) or not all(0 <= given <= most[key] for key, given in points.items()):
        raise WrongPoints


@dataclass(frozen=True)
class Released:
    """How many attempts have their mark now, and how many still wait."""

    attempts: int
    waiting: int


def release(db: Session, quiz: Quiz, *, trainer_id: int, now: dt.datetime) -> Released:
    """Let the final marks of a quiz count, in the trainer's cohorts: attempts get their mark, learners are told.

    An attempt with an answer that is not marked, or not agreed on, stays until a later release.
    """
    locked = queries.grading.locked_attempts(db, trainer_id, quiz.id)
    questions = queries.grading.locked_questions(db, [attempt.id for attempt in locked])
    ready = queries.pile.ready_attempts(db, trainer_id, quiz.id)
    attempts = [attempt for attempt in locked if attempt.id in ready]
    given = queries.grading.points_by_answer(db, ready)
    enrolments = queries.grading.enrolments(db, [attempt.enrolment_id for attempt in attempts])
    for attempt in attempts:
        for question in questions[attempt.id]:
            if question.fraction is None and question.id in given:
                possible = rubric.possible_of(question.version.settings)
                question.fraction = rubric.fraction_of(given[question.id], possible)
        services.marking.settle(db, attempt, questions[attempt.id], enrolments[attempt.enrolment_id], now=now)
    for attempt in attempts:
        mails.tell_of_mark(db, attempt, now=now)
    if attempts:
        audit.record(db, "quizzes.release-marks", actor_id=trainer_id, subject=quiz, now=now, count=len(attempts))
    return Released(len(attempts), len(locked) - len(attempts))


def stamp(marks: Sequence[AnswerMark]) -> str:
    """What tells the marks that a page showed from later ones."""
    return " ".join(f"{mark.id}-{mark.marked_at.isoformat()}" for mark in marks)


def change(
    db: Session,
    answer: AttemptQuestion,
    points: Mapping[str, int],
    comment: str,
    *,
    reason: str,
    seen: str,
    actor_id: int,
    now: dt.datetime,
) -> MarkChange | None:
    """Give another mark after the release, for a reason; one mark stands then, whoever gave those before.

    ``seen``: the ``stamp`` of the marks that the person looked at. Gives the change of the attempt's mark, None when it
    stays. Raises WrongPoints, NotReleased, MarkedMeanwhile.
    """
    check_points(answer.version, points)
    progress.queue_acts(db, answer.attempt.enrolment_id)
    db.refresh(answer, ["fraction", "is_given_up"], with_for_update=True)
    if answer.fraction is None or answer.is_given_up:
        raise NotReleased
    marks = queries.grading.marks(db, answer.id)
    if stamp(marks) != seen:
        raise MarkedMeanwhile
    before = answer.fraction
    answer.fraction = rubric.fraction_of([points], rubric.possible_of(answer.version.settings))
    _replace(db, answer, marks, AnswerMark(points=dict(points), comment=comment, marker_id=actor_id, marked_at=now))
    attempt = answer.attempt
    changed = services.marking.settle_again(
        db, attempt, queries.attempts.questions(db, attempt.id), reason=ChangeReason.PERSON, actor_id=actor_id, now=now
    )
    audit.record(
        db, "quizzes.mark-again", actor_id=actor_id, subject=attempt, reason=reason, now=now,
        before={"share": str(before)}, after={"share": str(answer.fraction)},
    )  # fmt: skip
    if changed is not None:
        mails.tell_of_change(db, attempt, now=now)
    return changed


def _replace(db: Session, answer: AttemptQuestion, marks: Sequence[AnswerMark], new: AnswerMark) -> None:
    for old in marks:
        db.delete(old)
    # The key is the answer and a number: the old rows go before the new one comes.
    db.flush()
    new.attempt_question_id, new.number = answer.id, 1
    db.add(new)
    db.flush()


def note_name_seen(db: Session, answer: AttemptQuestion, *, actor_id: int, now: dt.datetime) -> None:
    """Write that a marker wanted to know whose answer it is."""
    audit.record(db, "quizzes.see-name", actor_id=actor_id, subject=answer.attempt, now=now)


def keep_snippet(db: Session, text: str, *, owner_id: int, now: dt.datetime) -> bool:
    """Keep a sentence for later comments, once; False when it is empty, too long or one too many."""
    kept = queries.grading.snippets(db, owner_id)
    if any(one.text == text for one in kept):
        return True
    if not text or len(text) > LONGEST_SNIPPET or len(kept) >= MOST_SNIPPETS:
        return False
    db.add(CommentSnippet(owner_id=owner_id, text=text, created_at=now))
    db.flush()
    return True


def drop_snippet(db: Session, snippet_id: int, *, owner_id: int) -> None:
    """Forget one of a marker's own sentences."""
    for one in queries.grading.snippets(db, owner_id):
        if one.id == snippet_id:
            db.delete(one)
    db.flush()
