"""Attaching the signed sheet of a day and justifications of absences, and taking them away."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from lms.attendance import queries
from lms.attendance.errors import HalfDayCancelled, NotOnTheList, TooManyFiles
from lms.attendance.models import AttendanceFile, HalfDay
from lms.attendance.statuses import State
from lms.core import audit
from lms.core.scans import Scan
from lms.core.text import clean_line

#: Of the sheet of a day, one photograph a page; of one absence.
MOST_SCANS, MOST_JUSTIFICATIONS = 12, 5
LONGEST_NAME = 120


def attach(
    db: Session, half_day: HalfDay, enrolment_id: int | None, scan: Scan, name: str, *, actor_id: int, now: dt.datetime
) -> AttendanceFile:
    """Keep a file: the signed sheet, or with an enrolment what justifies that absence. Lock the half-day first.

    The same bytes sent twice are kept once. Raises HalfDayCancelled, NotOnTheList, TooManyFiles.
    """
    if half_day.state is State.CANCELLED:
        raise HalfDayCancelled
    if enrolment_id is not None and queries.marks.row_or_none(db, half_day, enrolment_id) is None:
        raise NotOnTheList
    if known := queries.files.same_or_none(db, half_day, enrolment_id, scan.sha256):
        return known
    if enrolment_id is None:
        beside, most = queries.files.scans_of(db, half_day), MOST_SCANS
    else:
        beside, most = queries.files.justifications_of(db, half_day.id, enrolment_id), MOST_JUSTIFICATIONS
    if len(beside) >= most:
        raise TooManyFiles(most)
    made = AttendanceFile(
        half_day_id=half_day.id, enrolment_id=enrolment_id, name=clean_line(name)[:LONGEST_NAME],
        media_type=scan.media_type, size=len(scan.body), sha256=scan.sha256, body=scan.body, added_at=now,
        added_by_id=actor_id,
    )  # fmt: skip
    db.add(made)
    db.flush()
    _record(db, "attendance.attach-file", half_day, made, actor_id, now)
    return made


def _record(db: Session, act: str, half_day: HalfDay, one: AttendanceFile, actor_id: int, now: dt.datetime) -> None:
    # The name of a justification may say what somebody suffers from: it stays out of the record.
    whose: dict[str, Any] = {} if one.enrolment_id is None else {"enrolment_id": one.enrolment_id}
    audit.record(db, act, actor_id=actor_id, subject=half_day, now=now, sha256=one.sha256, size=one.size, **whose)


def remove(db: Session, one: AttendanceFile, *, actor_id: int, now: dt.datetime) -> None:
    """Take a file away: its bytes and its name go at once, that it was there stays. A second time changes nothing."""
    if one.removed_at is not None:
        return
    _record(db, "attendance.remove-file", one.half_day, one, actor_id, now)
    one.removed_at, one.body, one.name = now, None, ""
    db.flush()
