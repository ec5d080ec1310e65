"""What this room holds on a person and how long. An anonymous answer belongs to nobody: it stays when a person goes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.core.clock import local_date
from lms.core.feature import Processing
from lms.core.i18n import current_language
from lms.core.own_data import Words
from lms.core.retention import Rule, deleting
from lms.programme.models import Enrolment
from lms.surveys import queries, sheet
from lms.surveys.models import Done, FollowUp, Round
from lms.surveys.results import version_ids
from lms.surveys.services import follow_ups
from lms.ui.markdown import first_line

FOLLOW_UPS = "surveys.follow-ups"


def _words(one: dict[str, Any]) -> str:
    """A question and below it what was answered, in the language of the page."""
    lang = current_language()
    return "\n".join([first_line(one["question"][lang]), *(text[lang] for text in one["answers"])])


WORDS = {
    "surveys_answered": Words(_l("Anonymous surveys answered; what was answered cannot be told apart")),
    "surveys_answered.survey": Words(_l("Survey")),
    "surveys_answered.cohort": Words(_l("Training session")),
    "follow_ups": Words(_l("Follow-up after the training session")),
    "follow_ups.cohort": Words(_l("Training session")),
    "follow_ups.months": Words(_l("Months after")),
    "follow_ups.due_on": Words(_l("Asked from")),
    "follow_ups.answered_on": Words(_l("Answered on")),
    "follow_ups.answers": Words(_l("Answers"), show=_words),
    "follow_ups.supervisor_address": Words(_l("Address of the supervisor")),
    "follow_ups.supervisor_asked_on": Words(_l("Supervisor asked on")),
    "follow_ups.supervisor_answered_on": Words(_l("Supervisor answered on")),
    "follow_ups.supervisor_answers": Words(_l("Answers of the supervisor"), show=_words),
}


def data_of(db: Session, person_id: int) -> dict[str, Any]:
    """The surveys a person answered, and the whole of their follow-ups, the supervisor's answers included."""
    rows = queries.follow_ups.all_of_person(db, person_id)
    ids = version_ids([one for row in rows for one in (row.answers, row.supervisor_answers)])
    versions = queries.forms.versions(db, ids)

    def words(answers: dict[str, Any] | None) -> list[Any]:
        said = sheet.said(versions, answers or {})
        return [
            {"question": version.stem.as_dict(), "answers": [dict(one.text) for one in found]}
            for version, found in said
        ]

    return {
        "surveys_answered": [
            {"survey": one.quiz.title.as_dict(), "cohort": one.cohort.name.as_dict()}
            for one in queries.rounds.answered_by(db, person_id)
        ],
        "follow_ups": [
            {
                "cohort": row.enrolment.cohort.name.as_dict(),
                "months": row.months,
                "due_on": row.due_on.isoformat(),
                "answered_on": row.answered_on.isoformat() if row.answered_on else None,
                "answers": words(row.answers),
                "supervisor_address": row.supervisor_address,
                "supervisor_asked_on": row.supervisor_asked_on.isoformat() if row.supervisor_asked_on else None,
                "supervisor_answered_on": (
                    row.supervisor_answered_on.isoformat() if row.supervisor_answered_on else None
                ),
                "supervisor_answers": words(row.supervisor_answers),
            }
            for row in rows
        ],
    }


def forget(db: Session, person_id: int, *, now: dt.datetime) -> None:
    """Drop who answered and all follow-ups. Anonymous answers stay: nobody could tell which were whose."""
    enrolments = sa.select(Enrolment.id).where(Enrolment.person_id == person_id)
    for row in queries.follow_ups.all_of_person(db, person_id):
        follow_ups.forget_address(db, row)
    for model in (Done, FollowUp):
        gone = sa.delete(model).where(model.enrolment_id.in_(enrolments))
        db.execute(gone.execution_options(synchronize_session=False))


def _closed_before(before: dt.datetime) -> Any:
    """Condition on rounds: nobody could answer them any more before that moment."""
    return sa.or_(Round.closes_on < local_date(before), Round.closed_at < before)


def _done_in_old_rounds(before: dt.datetime) -> Any:
    return Done.round_id.in_(sa.select(Round.id).where(_closed_before(before)))


def _due_before(before: dt.datetime) -> Any:
    return FollowUp.due_on < local_date(before)


RULES: list[Rule] = [
    deleting(
        "surveys.done", _l("Who answered an anonymous survey"), 30, Done, _done_in_old_rounds,
        effect=_l("Counted from the closing: after it nobody needs to know who answered. Answers stay."),
    ),
    deleting(
        "surveys.answers", _l("Anonymous surveys and their answers"), 3 * 365, Round, _closed_before,
        effect=_l("Counted from the closing. The survey of the training session is deleted with all its answers."),
    ),
    deleting(
        FOLLOW_UPS, _l("Follow-ups of members"), 3 * 365, FollowUp, _due_before,
        effect=_l("Counted from the day on which they were asked. Answers of the member and of the supervisor go."),
    ),
]  # fmt: skip

PROCESSING = [
    Processing(
        purpose=_l("Opinion on the training, without names"),
        data=_l("Answers with their day, without any name; apart from them, who has answered, until 30 days after"),
        people=_l("Participants"),
        recipients=_l("Training team and monitoring team, from five answers on, once the survey is closed"),
        kept="surveys.answers",
    ),
    Processing(
        purpose=_l("Application of the training at work, after three and six months"),
        data=_l("Answers of the member; address of the supervisor, 30 days at most; answers of the supervisor"),
        people=_l("Participants and their supervisors"),
        recipients=_l("Monitoring team; the training team reads sums only; the member reads all of it"),
        kept=FOLLOW_UPS,
    ),
]
