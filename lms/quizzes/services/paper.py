"""Quizzes on paper: what is printed for a cohort, and the attempts that are typed in from it.

Knows no HTTP; flushes, never commits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.core import audit
from lms.core.db import insert_if_absent
from lms.core.edits import check_version
from lms.core.row_codes import code_of
from lms.programme.models import Cohort
from lms.progress import services as progress
from lms.quizzes import drawing, mails, queries, regrading, services
from lms.quizzes.errors import EnteredMeanwhile, EntryLocked, NotForYou, NotOnPaper, PaperRefused
from lms.quizzes.models import (
    Attempt,
    AttemptQuestion,
    ChangeReason,
    Feedback,
    PaperEntry,
    PaperQuestion,
    PaperRow,
    PaperSet,
    Quiz,
)
from lms.quizzes.question_types import get
from lms.quizzes.release import released
from lms.quizzes.terms import terms

#: How long an entry can be corrected.
CORRECTED_WITHIN = dt.timedelta(days=7)
BY_PAPER = "paper"
#: The act whose details hold answers.
CORRECTED = "quizzes.correct-paper"


def obstacle(db: Session, quiz: Quiz) -> Any:
    """Why no papers can be prepared of a quiz, in a sentence; None when they can."""
    if quiz.published_at is None or quiz.archived_at is not None:
        return _l("Papers are prepared of a published quiz.")
    if quiz.asks_certainty:
        return _l("This quiz asks how sure people are: that cannot be asked on paper.")
    versions = queries.quizzes.current_versions(db, drawing.fixed_of(quiz))
    unfit = {one.question_id for one in versions if not get(one.type).is_for_paper}
    places = [item.position for item in quiz.items if item.question_id in unfit]
    return _unfit(places) if places else None


def _unfit(places: Sequence[int]) -> Any:
    numbers = " · ".join(str(place) for place in places)
    return _l("These questions cannot be answered on paper: %(numbers)s.", numbers=numbers)


def prepare(db: Session, quiz: Quiz, cohort: Cohort, *, lang: str, actor_id: int, now: dt.datetime) -> PaperSet:
    """The papers of a quiz for a cohort: questions, their order and that of their options drawn once for everybody.

    Rows are numbered by name as ``lang`` sorts them. Raises NotOnPaper or NothingDrawn.
    """
    refusal = obstacle(db, quiz)
    if refusal is not None:
        raise NotOnPaper(refusal)
    drawn = services.attempts.draw(db, quiz)
    places = [place for place, one in enumerate(drawn, 1) if not get(one.version.type).is_for_paper]
    if places:
        raise NotOnPaper(_l("Among the questions drawn are some that cannot be answered on paper."))
    people = queries.paper.people(db, actor_id, quiz, cohort.id, lang=lang)
    if not people:
        raise NotOnPaper(_l("Nobody of this training session takes this quiz."))
    made = PaperSet(quiz_id=quiz.id, cohort_id=cohort.id, made_at=now, made_by_id=actor_id)
    made.questions = [
        PaperQuestion(
            position=place, version_id=one.version.id, points=one.points, order=one.order, section=one.section
        )
        for place, one in enumerate(drawn, 1)
    ]
    db.add(made)
    db.flush()
    db.add_all(PaperRow(set_id=made.id, enrolment_id=one.id, number=n) for n, one in enumerate(people, 1))
    db.flush()
    audit.record(
        db, "quizzes.prepare-paper", actor_id=actor_id, subject=made, now=now, quiz_id=quiz.id, count=len(people)
    )
    return made


@dataclass(frozen=True)
class Sat:
    """What stands on one person's paper."""

    #: The answer of each question in its order, as ``from_paper`` reads it.
    answers: Sequence[Any]
    lang: str
    #: When it was handed in.
    sat_at: dt.datetime


def enter(db: Session, made: PaperSet, row: PaperRow, sat: Sat, *, actor_id: int, now: dt.datetime) -> Attempt:
    """Type in a paper: it becomes an attempt of that person like any other, sent and marked.

    Raises EnteredMeanwhile, PaperRefused, and what stands against a start at that moment. Nothing is kept then: the
    caller rolls back.
    """
    _check_moment(made, sat, now=now)
    enrolment = row.enrolment
    if enrolment.ended_at is not None:
        raise PaperRefused(_l("This person has left the training session."))
    first = insert_if_absent(
        db, PaperEntry, row_id=row.id, attempt_id=None, lang=sat.lang, entered_at=now, entered_by_id=actor_id, version=1
    )
    if not first:
        raise EnteredMeanwhile
    try:
        drawn = [drawing.Drawn(one.version, one.points, one.section, one.order) for one in made.questions]
        attempt = services.attempts.start_sat(db, made.quiz, enrolment, drawn, sat_at=sat.sat_at, now=now)
    except NotForYou as error:
        words = _l("The quiz is withdrawn, or it is not for this person: papers of it cannot be stored now.")
        raise PaperRefused(words) from error
    for question, answer in zip(queries.attempts.questions(db, attempt.id), sat.answers, strict=True):
        _write(question, answer, sat)
    services.attempts.submit(db, attempt, by=BY_PAPER, now=now, sent_at=sat.sat_at)
    entry = db.get_one(PaperEntry, row.id, populate_existing=True)
    entry.attempt_id = attempt.id
    db.flush()
    code = code_of(made.id, row.number)
    audit.record(db, "quizzes.enter-paper", actor_id=actor_id, subject=attempt, now=now, code=code, lang=sat.lang)
    return attempt


def _check_moment(made: PaperSet, sat: Sat, *, now: dt.datetime) -> None:
    if sat.sat_at > now:
        raise PaperRefused(_l("The test cannot have been taken later than now."))
    if sat.sat_at < made.made_at.replace(second=0, microsecond=0):
        raise PaperRefused(_l("The test cannot have been taken before its papers were prepared."))


def _write(question: AttemptQuestion, answer: Any, sat: Sat) -> None:
    is_given = answer is not None
    question.answer, question.lang = answer, sat.lang if is_given else None
    question.answered_at = sat.sat_at if is_given else None


def lock_of(db: Session, made: PaperSet, entry: PaperEntry, *, now: dt.datetime) -> Any:
    """Why an entry can no longer be corrected, in a sentence; None while it can.

    It can for a week, until a person has marked an answer of it, and until the closing shows the answers to everybody.
    """
    if entry.attempt is None:
        return None
    if now > entry.entered_at + CORRECTED_WITHIN:
        return _l("It was stored more than a week ago: it can no longer be corrected here.")
    if queries.paper.is_marked_by_hand(db, entry.attempt.id):
        return _l("A person has marked an answer of it: it can no longer be corrected here.")
    if made.quiz.feedback == Feedback.AFTER_CLOSING:
        closing = queries.attempts.last_closing(db, made.quiz)
        if released(entry.attempt, made.quiz, last_closing=closing, now=now):
            return _l("The answers are shown to everybody since the closing: it can no longer be corrected here.")
    return None


def correct(
    db: Session, made: PaperSet, entry: PaperEntry, sat: Sat, *, version: int | None, actor_id: int, now: dt.datetime
) -> bool:
    """Put right what was typed in wrongly; gives whether anything differs. The old and the new stand in the audit.

    Raises EditedMeanwhile, EntryLocked, PaperRefused or OutsideWindow.
    """
    if entry.attempt is not None:
        # A regrade of the same learner waits, or is waited for.
        progress.queue_acts(db, entry.attempt.enrolment_id)
    queries.paper.lock_entry(db, entry)
    check_version(entry, version)
    attempt = entry.attempt
    refusal = lock_of(db, made, entry, now=now)
    if refusal is not None or attempt is None:
        raise EntryLocked(refusal)
    _check_moment(made, sat, now=now)
    allowed = terms(made.quiz, queries.attempts.arrangements(db, attempt.enrolment_id))
    services.attempts.check_window(made.quiz, allowed, now=sat.sat_at)
    questions = queries.attempts.questions(db, attempt.id)
    before = _told(questions, entry.lang, attempt.submitted_at)
    for question, answer in zip(questions, sat.answers, strict=True):
        _write(question, answer, sat)
    after = _told(questions, sat.lang, sat.sat_at)
    if before == after:
        return False
    _mark_again(db, questions)
    attempt.started_at = attempt.submitted_at = sat.sat_at
    entry.lang, entry.version = sat.lang, entry.version + 1
    db.flush()
    changed = {key for key in before if before[key] != after[key]}
    audit.record(
        db, CORRECTED, actor_id=actor_id, subject=attempt, now=now,
        before={key: value for key, value in before.items() if key in changed},
        after={key: value for key, value in after.items() if key in changed},
    )  # fmt: skip
    reason = ChangeReason.ENTRY
    if services.marking.settle_again(db, attempt, questions, reason=reason, actor_id=actor_id, now=now):
        mails.tell_of_change(db, attempt, now=now)
    return True


def _mark_again(db: Session, questions: Sequence[AttemptQuestion]) -> None:
    """As at the first marking: by the key of the paper, then by the corrections of that key in their order."""
    for question in questions:
        question.marked_with, question.is_given_up, question.fraction = None, False, None
        question.fraction = services.marking.fraction_of(question)
    regrading.catch_up(db, questions)


def _told(questions: Sequence[AttemptQuestion], lang: str, sat_at: dt.datetime | None) -> dict[str, Any]:
    """An entry as the audit keeps it: answers by the number of their question, as they are typed."""
    answers = {
        str(one.position): get(one.version.type).to_paper(one.version.settings, one.order, one.answer, "fr")
        for one in questions
    }
    return {**answers, "lang": lang, "sat_at": sat_at.isoformat() if sat_at else None}
