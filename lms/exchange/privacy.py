"""What this room holds on a person and how long. Published entries go with the question they came from."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload, selectinload

from lms.core.clock import local_date
from lms.core.feature import Processing
from lms.core.i18n import current_language
from lms.core.own_data import Words
from lms.core.retention import Rule, deleting
from lms.exchange import places, queries
from lms.exchange.models import Thread
from lms.programme.models import Cohort, Enrolment

WORDS = {
    "team_questions": Words(_l("Questions to the training team")),
    "team_questions.place": Words(_l("Lesson or quiz")),
    "team_questions.asked_at": Words(_l("Date of the question")),
    "team_questions.questions": Words(_l("What was written")),
    "team_questions.answers": Words(_l("Answers")),
    "team_questions.published": Words(_l("Published to the training session")),
}


def threads_of(db: Session, person_id: int) -> dict[str, Any]:
    """What a person asked, what was answered, and what was published of it."""
    query = (
        queries.threads_of_person(person_id)
        .options(selectinload(Thread.messages), joinedload(Thread.quiz), joinedload(Thread.publication))
        .order_by(Thread.id)
    )
    return {"team_questions": [_thread(db, thread) for thread in db.scalars(query)]}


def _thread(db: Session, thread: Thread) -> dict[str, Any]:
    entry = thread.publication
    return {
        "place": places.title_of(db, thread, current_language()),
        "asked_at": thread.asked_at.isoformat(),
        "questions": [one.text for one in thread.messages if not one.is_answer],
        "answers": [one.text for one in thread.messages if one.is_answer],
        "published": [entry.question.as_dict(), entry.answer.as_dict()] if entry else [],
    }


def forget_threads(db: Session, person_id: int, *, now: dt.datetime) -> None:
    """Drop all that a person asked, the answers to it and what was published of it."""
    enrolments = sa.select(Enrolment.id).where(Enrolment.person_id == person_id)
    # Messages and entries go with their thread; rows in memory are not looked through.
    gone = sa.delete(Thread).where(Thread.enrolment_id.in_(enrolments))
    db.execute(gone.execution_options(synchronize_session=False))


def _of_ended_cohorts(before: dt.datetime) -> Any:
    """Condition: threads of a cohort that ended before that day."""
    ended = (
        sa.select(Enrolment.id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Cohort.ends_on < local_date(before))
    )
    return Thread.enrolment_id.in_(ended)


RULES: list[Rule] = [
    deleting(
        "exchange.questions", _l("Questions to the training team"), 3 * 365, Thread, _of_ended_cohorts,
        effect=_l(
            "Counted from the end of the training session. Questions, answers and what was published are deleted."
        ),
    )
]  # fmt: skip

PROCESSING = [
    Processing(
        purpose=_l("Questions to the training team"),
        data=_l("Questions, answers, dates; what is published carries no name"),
        people=_l("Participants"),
        recipients=_l("The person and the trainers of the training session; its participants, without the name"),
        kept="exchange.questions",
    )
]
