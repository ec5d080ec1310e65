"""Reports of an error: somebody says what is wrong, the team corrects the mark or says why it stands."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from lms.accounts.actor import Actor
from lms.attendance import notices, queries
from lms.attendance.errors import AlreadyAnswered, AlreadyReported, TooLateToCorrect
from lms.attendance.models import HalfDay, Report
from lms.attendance.models.reports import CORRECTED, STANDS
from lms.attendance.services.marks import may_correct
from lms.core import audit
from lms.programme.models import Enrolment


def say(db: Session, half_day_id: int, enrolment: Enrolment, text: str, *, now: dt.datetime) -> Report:
    """Tell the training team. Lock the half-day first. Raises AlreadyReported while one waits."""
    if queries.reports.open_of(db, half_day_id, enrolment.id) is not None:
        raise AlreadyReported
    report = Report(half_day_id=half_day_id, enrolment_id=enrolment.id, text=text, said_at=now)
    db.add(report)
    db.flush()
    return report


def let_stand(db: Session, report: Report, answer: str, *, actor: Actor, now: dt.datetime) -> None:
    """Answer that the mark stands, and why. Lock the half-day first.

    Raises AlreadyAnswered, and TooLateToCorrect where monitoring decides.
    """
    db.refresh(report)
    if report.answered_at is not None:
        raise AlreadyAnswered
    if not may_correct(report.half_day, actor, now=now):
        raise TooLateToCorrect
    _answer(db, report, STANDS, answer, actor_id=actor.person_id, now=now)
    audit.record(db, "attendance.answer-report", actor_id=actor.person_id, subject=report, now=now, after=STANDS)


def answer_by_correction(
    half_day: HalfDay, *, db: Session, enrolment_id: int, actor_id: int, now: dt.datetime
) -> Report | None:
    """A mark that is corrected answers the report about it, whoever corrected it and why."""
    report = queries.reports.open_of(db, half_day.id, enrolment_id)
    if report is not None:
        _answer(db, report, CORRECTED, "", actor_id=actor_id, now=now)
    return report


def _answer(db: Session, report: Report, outcome: str, answer: str, *, actor_id: int, now: dt.datetime) -> None:
    """Answer it, and with it what the person said from an account that became one with theirs; they are told once."""
    for one in [report, *queries.reports.beside(db, report)]:
        one.outcome, one.answer = outcome, answer
        one.answered_at, one.answered_by_id = now, actor_id
    db.flush()
    notices.tell_answer(db, report, now=now)
