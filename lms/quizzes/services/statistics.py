"""Counting quizzes: small ones whenever a page asks, large ones by a job. Flushes, never commits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lms.core import clock
from lms.core import db as database
from lms.quizzes import queries
from lms.quizzes.models import QuizAnalysis
from lms.quizzes.statistics import report
from lms.quizzes.statistics.report import Report

#: Up to so many first attempts a page counts by itself: some tenths of a second.
COUNTED_AT_ONCE = 1000


@dataclass(frozen=True)
class Counted:
    """The statistics of a quiz, and when they were counted."""

    report: Report
    made_at: dt.datetime


def current(db: Session, quiz_id: int, cohort_id: int | None, *, now: dt.datetime) -> Counted | None:
    """The statistics as they stand; of a large quiz those of the last count, None before the first.

    A cohort is counted at once: it holds some dozens of people.
    """
    if cohort_id is not None:
        return Counted(report.report(db, quiz_id, cohort_id), now)
    row = queries.statistics.stored(db, quiz_id)
    if row is not None and row.stamp == queries.statistics.stamp(db, quiz_id):
        return Counted(row.report, row.made_at)
    if queries.statistics.count_first(db, quiz_id) <= COUNTED_AT_ONCE:
        return Counted(report.report(db, quiz_id), now)
    return Counted(row.report, row.made_at) if row is not None else None


def count_again(db: Session) -> None:
    """Job: count every quiz whose marks changed since it was counted last."""
    for quiz_id in queries.statistics.quizzes_taken(db):
        _count(db, quiz_id)
    db.rollback()
    database.use_mode(database.WRITE)


def _count(db: Session, quiz_id: int) -> None:
    """Count one quiz; while it reads, nobody who writes has to wait."""
    db.rollback()
    database.use_mode(database.READ)
    stamp, row = queries.statistics.stamp(db, quiz_id), queries.statistics.stored(db, quiz_id)
    if row is not None and row.stamp == stamp:
        return
    found = report.report(db, quiz_id)
    db.rollback()
    with database.short_write() as other:
        other.merge(
            QuizAnalysis(
                quiz_id=quiz_id,
                stamp=stamp,
                made_at=clock.now(),
                alerts=report.alerts(found),
                report=found,
            )
        )
