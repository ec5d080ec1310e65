"""What this room holds on a person and how long."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.attendance import queries
from lms.attendance.models import AttendanceFile, HalfDay, Mark, MarkChange
from lms.attendance.statuses import Method, Reason, Status
from lms.core.clock import local_date
from lms.core.feature import Processing
from lms.core.own_data import Words
from lms.core.retention import Rule, deleting
from lms.programme.models import Enrolment

MARKS, SHEETS, JUSTIFICATIONS = "attendance.marks", "attendance.sheets", "attendance.justifications"
FIVE_YEARS, ONE_YEAR = 5 * 365, 365


def _status(value: str) -> Any:
    return Status(value).label


WORDS = {
    "attendance": Words(_l("Attendance")),
    "attendance.day": Words(_l("Day")),
    "attendance.starts": Words(_l("Beginning")),
    "attendance.module": Words(_l("Module")),
    "attendance.status": Words(_l("Status"), show=_status),
    "attendance.minutes": Words(_l("Minutes attended")),
    "attendance.remark": Words(_l("Remark")),
    "attendance.method": Words(_l("How it is known"), show=lambda value: Method(value).label),
    "attendance.organisation": Words(_l("Organisation")),
    "attendance.marked_at": Words(_l("Marked on")),
    "attendance_changes": Words(_l("Changes of the attendance")),
    "attendance_changes.day": Words(_l("Day")),
    "attendance_changes.old_status": Words(_l("Status before"), show=_status),
    "attendance_changes.old_minutes": Words(_l("Minutes before")),
    "attendance_changes.status": Words(_l("Status"), show=_status),
    "attendance_changes.minutes": Words(_l("Minutes attended")),
    "attendance_changes.method": Words(_l("How it is known"), show=lambda value: Method(value).label),
    "attendance_changes.reason": Words(_l("Reason"), show=lambda value: Reason(value).label),
    "attendance_changes.reason_text": Words(_l("In words")),
    "attendance_changes.changed_at": Words(_l("Changed on")),
    "attendance_files": Words(_l("Justifications of absences")),
    "attendance_files.day": Words(_l("Day")),
    "attendance_files.name": Words(_l("Name of the file")),
    "attendance_files.media_type": Words(_l("Kind of file")),
    "attendance_files.size": Words(_l("Bytes")),
    "attendance_files.added_at": Words(_l("Added on")),
    "attendance_files.removed_at": Words(_l("Removed on")),
}


def data_of(db: Session, person_id: int) -> dict[str, Any]:
    """Every mark of a person, every change of one, and what justifies absences."""
    return {
        "attendance": [
            {
                "day": half_day.day.isoformat(),
                "starts": f"{half_day.starts:%H:%M}",
                "module": meeting.module,
                "status": mark.status,
                "minutes": mark.minutes,
                "remark": mark.remark,
                "method": mark.method,
                "organisation": mark.organisation.name.as_dict() if mark.organisation else None,
                "marked_at": mark.marked_at.isoformat(),
            }
            for mark, half_day, meeting in queries.marks.data_of(db, person_id)
        ],
        "attendance_changes": [
            {
                "day": day.isoformat(),
                "old_status": change.old_status,
                "old_minutes": change.old_minutes,
                "status": change.status,
                "minutes": change.minutes,
                "method": change.method,
                "reason": change.reason or None,
                "reason_text": change.reason_text,
                "changed_at": change.changed_at.isoformat(),
            }
            for change, day in queries.marks.changes_of_person(db, person_id)
        ],
        "attendance_files": [
            {
                "day": day.isoformat(),
                "name": one.name,
                "media_type": one.media_type,
                "size": one.size,
                "added_at": one.added_at.isoformat(),
                "removed_at": one.removed_at.isoformat() if one.removed_at else None,
            }
            for one, day in queries.files.data_of(db, person_id)
        ],
    }


def forget(db: Session, person_id: int, *, now: dt.datetime) -> None:
    """Wipe what was written in words and justifications; statuses stay, they count for nobody in particular."""
    enrolments = sa.select(Enrolment.id).where(Enrolment.person_id == person_id)
    for model, words in ((Mark, "remark"), (MarkChange, "reason_text")):
        wiped = sa.update(model).where(model.enrolment_id.in_(enrolments)).values({words: ""})
        db.execute(wiped.execution_options(synchronize_session=False))
    gone = sa.delete(AttendanceFile).where(AttendanceFile.enrolment_id.in_(enrolments))
    db.execute(gone.execution_options(synchronize_session=False))


def _old(model: Any) -> Any:
    """Condition on rows of half-days before a moment."""

    def is_old(before: dt.datetime) -> Any:
        return model.half_day_id.in_(sa.select(HalfDay.id).where(HalfDay.day < local_date(before)))

    return is_old


def _old_file(is_scan: bool) -> Any:
    """Condition on signed sheets, or on justifications, of half-days before a moment."""
    whose = AttendanceFile.enrolment_id.is_(None) if is_scan else AttendanceFile.enrolment_id.is_not(None)
    return lambda before: sa.and_(whose, _old(AttendanceFile)(before))


RULES: list[Rule] = [
    deleting(
        MARKS, _l("Attendance"), FIVE_YEARS, Mark, _old(Mark),
        effect=_l("Counted from the half-day. Who was there goes; what the ledger counted stays with the enrolment."),
    ),
    deleting(
        "attendance.changes", _l("Changes of the attendance"), FIVE_YEARS, MarkChange, _old(MarkChange),
        effect=_l("Counted from the half-day. Old values and reasons go."),
    ),
    deleting(
        SHEETS, _l("Signed sheets"), FIVE_YEARS, AttendanceFile, _old_file(is_scan=True),
        effect=_l("Counted from the half-day. The files go; marks follow their own rule."),
    ),
    # They may say something of somebody's health: kept as long as an absence may be contested, no longer.
    deleting(
        JUSTIFICATIONS, _l("Justifications of absences"), ONE_YEAR, AttendanceFile, _old_file(is_scan=False),
        effect=_l("Counted from the half-day. The files go; that the absence is excused stays."),
    ),
]  # fmt: skip

PROCESSING = [
    Processing(
        purpose=_l("Attendance at half-days, as a condition of certificates and for the figures of the programme"),
        data=_l("Status, minutes, remark, organisation on that day, who marked it and when, corrections with reasons"),
        people=_l("Participants"),
        recipients=_l("Training team of the training session, monitoring team; each person their own"),
        kept=MARKS,
    ),
    Processing(
        purpose=_l("Signed sheets, as evidence of attendance"),
        data=_l("Names, organisations and handwritten signatures on the sheet of a day"),
        people=_l("Participants and training team"),
        recipients=_l("Training team of the training session, monitoring team"),
        kept=SHEETS,
    ),
    Processing(
        purpose=_l("Justifications of absences"),
        data=_l("A file that may hold data on health: a certificate without the diagnosis is enough"),
        people=_l("Participants"),
        recipients=_l("Training team of the training session, monitoring team; each person their own"),
        kept=JUSTIFICATIONS,
    ),
]
