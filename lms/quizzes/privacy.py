"""What this room holds on a person and how long; keys stay where they are."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from lms.core.audit import AuditDetail, AuditEntry
from lms.core.clock import local_date
from lms.core.feature import Processing
from lms.core.i18n import percent
from lms.core.own_data import Words
from lms.core.retention import Rule, deleting, rows_of
from lms.programme.models import Cohort, Enrolment
from lms.quizzes import queries
from lms.quizzes.models import (
    AnswerArrival,
    AnswerMark,
    Arrangement,
    Attempt,
    AttemptQuestion,
    CommentSnippet,
    LiveRun,
    PaperEntry,
    PaperRow,
    ReviewRequest,
)
from lms.quizzes.question_types import get
from lms.quizzes.services.paper import CORRECTED

WORDS = {
    "attempts": Words(_l("Tests taken")),
    "attempts.module": Words(_l("Module")),
    "attempts.number": Words(_l("Attempt")),
    "attempts.started_at": Words(_l("Started")),
    "attempts.submitted_at": Words(_l("Sent")),
    "attempts.score": Words(_l("Result"), percent),
    "attempts.answers": Words(_l("Answers")),
    "marks_changed": Words(_l("Marks corrected")),
    "marks_changed.module": Words(_l("Module")),
    "marks_changed.number": Words(_l("Attempt")),
    "marks_changed.old_score": Words(_l("Mark before"), percent),
    "marks_changed.new_score": Words(_l("Mark since then"), percent),
    "marks_changed.changed_at": Words(_l("Corrected")),
    "reviews": Words(_l("Checks by a person")),
    "reviews.words": Words(_l("Your message")),
    "reviews.asked_at": Words(_l("Asked")),
    "reviews.answer": Words(_l("Answer")),
    "reviews.answered_at": Words(_l("Answered on")),
    "arrangements": Words(_l("Arranged for you in tests")),
    "arrangements.time_percent": Words(_l("Share of the time, in percent")),
    "arrangements.extra_minutes": Words(_l("Minutes more")),
    "arrangements.extra_attempts": Words(_l("Attempts more")),
    "arrangements.closes_at": Words(_l("Open until")),
    "open_answers": Words(_l("Marks that people gave")),
    "open_answers.question": Words(_l("Question")),
    "open_answers.number": Words(_l("Attempt")),
    "open_answers.points": Words(_l("Points")),
    "open_answers.comment": Words(_l("Comment")),
    "snippets": Words(_l("Kept sentences")),
    "snippets.text": Words(_l("Text")),
    "snippets.created_at": Words(_l("Kept since")),
    "questions": Words(_l("Questions written")),
    "questions.question": Words(_l("Question")),
    "questions.created_at": Words(_l("Started")),
}


def data_of(db: Session, person_id: int) -> dict[str, Any]:
    """What this room holds on a person: the attempts of a learner, the questions of an author."""
    return {
        **attempts_of(db, person_id),
        "marks_changed": changes_of(db, person_id),
        "reviews": reviews_of(db, person_id),
        "arrangements": arrangements_of(db, person_id),
        "open_answers": open_answers_of(db, person_id),
        "snippets": snippets_of(db, person_id),
        "questions": questions_of(db, person_id),
    }


def changes_of(db: Session, person_id: int) -> list[dict[str, Any]]:
    """Marks of a person that were corrected, old and new."""
    return [
        {
            "module": attempt.quiz.module,
            "number": attempt.number,
            "old_score": None if change.old_score is None else float(change.old_score),
            "new_score": None if change.new_score is None else float(change.new_score),
            "changed_at": change.changed_at.isoformat(),
        }
        for change, attempt in queries.attempts.changes_of_person(db, person_id)
    ]


def reviews_of(db: Session, person_id: int) -> list[dict[str, Any]]:
    """What a person asked about marks, and the answers."""
    return [
        {
            "words": one.words,
            "asked_at": one.asked_at.isoformat(),
            "answer": one.answer,
            "answered_at": one.answered_at.isoformat() if one.answered_at else None,
        }
        for one in queries.attempts.reviews_of_person(db, person_id)
    ]


def arrangements_of(db: Session, person_id: int) -> list[dict[str, Any]]:
    """More time, attempts or a later closing that a person has."""
    return [
        {
            "time_percent": one.time_percent,
            "extra_minutes": one.extra_minutes,
            "extra_attempts": one.extra_attempts,
            "closes_at": one.closes_at.isoformat() if one.closes_at else None,
        }
        for one in queries.attempts.arrangements_of_person(db, person_id)
    ]


def open_answers_of(db: Session, person_id: int) -> list[dict[str, Any]]:
    """Points and comments that people gave, once they are released; criteria are part of the key and stay out."""
    return [
        {
            "question": one.question.version.stem.as_dict(),
            "number": one.question.attempt.number,
            "points": f"{one.earned.normalize():f}/{one.possible}",
            "comment": "\n\n".join(one.comments),
        }
        for one in queries.given.marks_of_person(db, person_id)
    ]


def snippets_of(db: Session, person_id: int) -> list[dict[str, Any]]:
    """The sentences that a marker keeps for comments."""
    found = queries.grading.snippets(db, person_id)
    return [{"text": one.text, "created_at": one.created_at.isoformat()} for one in found]


def questions_of(db: Session, person_id: int) -> list[dict[str, Any]]:
    """The questions that a person began, in the words that stand there now."""
    return [
        {"question": stem, "created_at": question.created_at.isoformat()}
        for question, stem in queries.bank.questions_of(db, person_id)
    ]


def attempts_of(db: Session, person_id: int) -> dict[str, Any]:
    """Attempts with the person's own answers, in the words that were shown, and marks."""
    query = queries.attempts.attempts_of_person(person_id).options(joinedload(Attempt.quiz)).order_by(Attempt.id)
    return {
        "attempts": [
            {
                "module": attempt.quiz.module,
                "number": attempt.number,
                "started_at": attempt.started_at.isoformat(),
                "submitted_at": attempt.submitted_at.isoformat() if attempt.submitted_at else None,
                "score": None if attempt.score is None else float(attempt.score),
                "answers": [_answer(row) for row in queries.attempts.questions(db, attempt.id)],
            }
            for attempt in db.scalars(query)
        ]
    }


def _answer(row: AttemptQuestion) -> dict[str, Any]:
    kind, settings = get(row.version.type), row.version.settings
    return {
        "question": row.version.stem.as_dict(),
        "answer": [dict(one.text) for one in kind.said(settings, row.answer)],
    }


def forget_answers(db: Session, person_id: int, *, now: dt.datetime) -> None:
    """Drop every answer, the record of its arrival and what was written about it; marks stay, without a face.

    Of a marker the kept sentences go.
    """
    attempts = queries.attempts.attempts_of_person(person_id).with_only_columns(Attempt.id)
    _drop(db, AttemptQuestion.attempt_id.in_(attempts))
    enrolments = sa.select(Enrolment.id).where(Enrolment.person_id == person_id)
    _drop_papers(db, PaperRow.enrolment_id.in_(enrolments))
    db.execute(sa.delete(Arrangement).where(Arrangement.enrolment_id.in_(enrolments)).execution_options(**_LOOSE))
    db.execute(sa.delete(CommentSnippet).where(CommentSnippet.owner_id == person_id).execution_options(**_LOOSE))


def _of_ended_cohorts(before: dt.datetime) -> Any:
    """Condition: a question of an attempt in a cohort that ended before that day."""
    attempts = (
        sa.select(Attempt.id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Cohort.ends_on < local_date(before))
    )
    return AttemptQuestion.attempt_id.in_(attempts)


def _asked(which: Any) -> sa.Select[int]:
    return sa.select(AttemptQuestion.id).where(which)


def _arrived(which: Any) -> Any:
    return AnswerArrival.attempt_question_id.in_(_asked(which))


def _count_old(db: Session, before: dt.datetime) -> int:
    which = _of_ended_cohorts(before)
    arrivals = db.scalar(sa.select(sa.func.count(AnswerArrival.id)).where(_arrived(which))) or 0
    answers = sa.select(sa.func.count(AttemptQuestion.id)).where(which, AttemptQuestion.answer.is_not(None))
    return arrivals + (db.scalar(answers) or 0)


def _drop_old(db: Session, before: dt.datetime, *, now: dt.datetime) -> int:
    """Answers go, and what was arranged for single people."""
    ended = sa.select(Enrolment.id).join(Cohort, Cohort.id == Enrolment.cohort_id)
    ended = ended.where(Cohort.ends_on < local_date(before))
    db.execute(sa.delete(Arrangement).where(Arrangement.enrolment_id.in_(ended)).execution_options(**_LOOSE))
    _drop_papers(db, PaperRow.enrolment_id.in_(ended))
    return _drop(db, _of_ended_cohorts(before))


def _drop_papers(db: Session, which: Any) -> None:
    """Rows of printed lists, who typed them in and what was typed wrongly first; the attempts are not touched."""
    rows = sa.select(PaperRow.id).where(which)
    attempts = sa.select(PaperEntry.attempt_id).where(PaperEntry.row_id.in_(rows))
    corrections = sa.select(AuditEntry.id).where(
        AuditEntry.action == CORRECTED, AuditEntry.subject_type == "attempt", AuditEntry.subject_id.in_(attempts)
    )
    db.execute(sa.delete(AuditDetail).where(AuditDetail.entry_id.in_(corrections)).execution_options(**_LOOSE))
    db.execute(sa.delete(PaperEntry).where(PaperEntry.row_id.in_(rows)).execution_options(**_LOOSE))
    db.execute(sa.delete(PaperRow).where(which).execution_options(**_LOOSE))


def _drop(db: Session, which: Any) -> int:
    """Delete arrivals, empty answers of these questions, and what was asked and written about them.

    Gives how many of the first two.
    """
    arrivals = rows_of(db.execute(sa.delete(AnswerArrival).where(_arrived(which)).execution_options(**_LOOSE)))
    answers = (
        sa.update(AttemptQuestion)
        .where(which, AttemptQuestion.answer.is_not(None))
        .values(answer=sa.null(), certainty=sa.null(), lang=sa.null())
        .execution_options(**_LOOSE)
    )
    comments = sa.update(AnswerMark).where(AnswerMark.attempt_question_id.in_(_asked(which))).values(comment="")
    db.execute(comments.execution_options(**_LOOSE))
    asked = sa.delete(ReviewRequest).where(
        ReviewRequest.attempt_id.in_(sa.select(AttemptQuestion.attempt_id).where(which))
    )
    db.execute(asked.execution_options(**_LOOSE))
    return arrivals + rows_of(db.execute(answers))


#: Rows in memory are not looked through: nothing is read again after this.
_LOOSE: dict[str, Any] = {"synchronize_session": False}

RULES = [
    Rule(
        "quizzes.answers", _l("Answers to tests"), 3 * 365, _count_old, _drop_old,
        effect=_l(
            "Counted from the end of the training session. What was answered is deleted; marks and results stay."
        ),
    ),
    deleting(
        "quizzes.live", _l("Quizzes in the room"), 90, LiveRun, lambda before: LiveRun.ended_at < before,
        effect=_l("Counted from their end. The answers, which carry no name, go with them."),
    ),
]  # fmt: skip

PROCESSING = [
    Processing(
        purpose=_l("Tests and results"),
        data=_l("Answers, marks, dates of attempts, more time arranged for single people"),
        people=_l("Participants"),
        recipients=_l("The person, the monitoring team; trainers of the training session"),
        kept="quizzes.answers",
    ),
    Processing(
        purpose=_l("Questions asked together in the room"),
        data=_l("Answers without a name and without a moment"),
        people=_l("Participants"),
        recipients=_l("Everybody in the room, as bars"),
        kept="quizzes.live",
    ),
]
