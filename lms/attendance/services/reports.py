"""Reports of an error: somebody says what is wrong, the team corrects the mark or says why it stands."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from lms.accounts.actor import Actor
from lms.attendance import notices, queries
from lms.attendance.errors import AlreadyAnswered, AlreadyReported, ReportAfterClosing
from lms.attendance.models import ErrorReport, HalfDay, MarkChange
from lms.attendance.models.reports import CORRECTED, STANDS
from lms.attendance.services.marks import refuse_corrections
from lms.attendance.statuses import Method, State
from lms.core import audit
from lms.programme.models import Enrolment


def say(db: Session, half_day_id: int, enrolment: Enrolment, text: str, *, now: dt.datetime) -> ErrorReport:
    """Tell the training team. Lock the half-day first. Raises AlreadyReported while one waits, ReportAfterClosing."""
    if db.get_one(HalfDay, half_day_id).state is State.REOPENED:
        raise ReportAfterClosing
    if queries.reports.open_of(db, half_day_id, enrolment.id) is not None:
        raise AlreadyReported
    report = ErrorReport(half_day_id=half_day_id, enrolment_id=enrolment.id, text=text, said_at=now)
    db.add(report)
    db.flush()
    return report


def let_stand(db: Session, report: ErrorReport, answer: str, *, actor: Actor, now: dt.datetime) -> None:
    """Answer that the mark stands, and why. Lock the half-day first.

    Raises AlreadyAnswered, HalfDayOpenAgain, and TooLateToCorrect where monitoring decides.
    """
    db.refresh(report)
    if report.answered_at is not None:
        raise AlreadyAnswered
    refuse_corrections(report.half_day, actor, now)
    _answer(db, report, STANDS, answer, actor_id=actor.person_id, now=now)
    audit.record(db, "attendance.answer-report", actor_id=actor.person_id, subject=report, now=now, after=STANDS)


def answer_by_correction(
    half_day: HalfDay, *, db: Session, enrolment_id: int, actor_id: int, now: dt.datetime
) -> ErrorReport | None:
    """A mark that is corrected answers the report about it, whoever corrected it and why."""
    report = queries.reports.open_of(db, half_day.id, enrolment_id)
    if report is not None:
        _answer(db, report, CORRECTED, "", actor_id=actor_id, now=now)
    return report


def answer_by_closing(half_day: HalfDay, *, db: Session, now: dt.datetime) -> None:
    """What was changed while a half-day was opened again answers the reports about it, now that it counts.

    Judged by what is stored in the end: a slip on the roll call that was put right again corrects nothing.
    """
    waiting = queries.reports.waiting_at(db, half_day.id)
    if not waiting:
        return
    ids = [one.enrolment_id for one in waiting]
    stored, changes = queries.marks.of_people(db, half_day.id, ids), queries.marks.changes(db, half_day.id)
    for report in waiting:
        mark = stored.get(report.enrolment_id)
        since = [
            one
            for one in changes
            if one.enrolment_id == report.enrolment_id
            and one.changed_at >= report.said_at
            and one.method != Method.CLOSING
        ]
        if mark is not None and since and _before(since[-1]) != (mark.status, mark.minutes, mark.name_id):
            _answer(db, report, CORRECTED, "", actor_id=half_day.closed_by_id, now=now)


def _before(change: MarkChange) -> tuple[str | None, int | None, int | None]:
    return change.old_status, change.old_minutes, change.old_name_id


def _answer(
    db: Session, report: ErrorReport, outcome: str, answer: str, *, actor_id: int | None, now: dt.datetime
) -> None:
    """Answer it, and with it what the person said from an account that became one with theirs; they are told once."""
    for one in [report, *queries.reports.beside(db, report)]:
        one.outcome, one.answer = outcome, answer
        one.answered_at, one.answered_by_id = now, actor_id
    db.flush()
    notices.tell_answer(db, report, now=now)
