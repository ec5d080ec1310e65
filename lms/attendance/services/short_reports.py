"""The training team's short report of a meeting: written once the last half-day has begun, edited with a version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy.orm import Session

from lms.attendance import queries
from lms.attendance.errors import MeetingNotOver
from lms.attendance.models import Meeting, ShortReport
from lms.core import audit
from lms.core.edits import EditedMeanwhile, check_version


def may_be_written(meeting: Meeting, *, now: dt.datetime) -> bool:
    """Whether the last half-day that takes place has begun."""
    return bool(meeting.taking_place) and all(one.starts_at <= now for one in meeting.taking_place)


def write(
    db: Session, meeting: Meeting, words: Mapping[str, str], *, version: int | None, actor_id: int, now: dt.datetime
) -> ShortReport:
    """Store what the team says. Lock the meeting first. ``version`` 0: nothing was stored when the form was opened.

    Raises MeetingNotOver, EditedMeanwhile.
    """
    if not may_be_written(meeting, now=now):
        raise MeetingNotOver
    report = queries.short_reports.of_meeting(db, meeting.id)
    if report is None:
        if version != 0:
            raise EditedMeanwhile
        report = ShortReport(meeting_id=meeting.id)
        db.add(report)
    else:
        check_version(report, version)
    if report.version is not None and all(getattr(report, part) == text for part, text in words.items()):
        return report
    for part, text in words.items():
        setattr(report, part, text)
    report.written_at, report.written_by_id = now, actor_id
    db.flush()
    # Words about people of a group stay in the report: the record of acts says that it was written.
    audit.record(db, "attendance.write-report", actor_id=actor_id, subject=meeting, now=now)
    return report
