"""What this room holds on a person and how long."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.attendance import queries
from lms.attendance.models import AttendanceImport, HalfDay, Kind, Mark, MarkChange
from lms.attendance.statuses import Method, Reason, Status
from lms.core.clock import local_date
from lms.core.feature import Processing
from lms.core.own_data import Words
from lms.core.retention import Rule, deleting
from lms.programme.models import Enrolment

MARKS = "attendance.marks"
FIVE_YEARS = 5 * 365


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
}


def data_of(db: Session, person_id: int) -> dict[str, Any]:
    """Every mark of a person, and every change of one."""
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
    }


def forget(db: Session, person_id: int, *, now: dt.datetime) -> None:
    """Wipe what was written in words; statuses stay, they count for nobody in particular."""
    enrolments = sa.select(Enrolment.id).where(Enrolment.person_id == person_id)
    for model, words in ((Mark, "remark"), (MarkChange, "reason_text")):
        wiped = sa.update(model).where(model.enrolment_id.in_(enrolments)).values({words: ""})
        db.execute(wiped.execution_options(synchronize_session=False))
    _forget_files(db, person_id)


def _forget_files(db: Session, person_id: int) -> None:
    """Files of marks that may name the person and were never confirmed go; of the others the remarks of before."""
    enrolments = dict(
        db.execute(sa.select(Enrolment.id, Enrolment.cohort_id).where(Enrolment.person_id == person_id)).all()
    )
    query = sa.select(AttendanceImport).where(
        AttendanceImport.kind == Kind.MARKS, AttendanceImport.cohort_id.in_(enrolments.values())
    )
    for one in db.scalars(query):
        if one.confirmed_at is None:
            db.delete(one)
            continue
        one.before = {
            key: {**kept, "remark": ""} if int(key.split("-")[1]) in enrolments else kept
            for key, kept in one.before.items()
        }
    db.flush()


def _old(model: Any) -> Any:
    """Condition on rows of half-days before a moment."""

    def is_old(before: dt.datetime) -> Any:
        return model.half_day_id.in_(sa.select(HalfDay.id).where(HalfDay.day < local_date(before)))

    return is_old


def _draft(before: dt.datetime) -> Any:
    return sa.and_(AttendanceImport.confirmed_at.is_(None), AttendanceImport.made_at < before)


def _done(before: dt.datetime) -> Any:
    return AttendanceImport.confirmed_at < before


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
        "attendance.import-drafts", _l("Files of sessions or attendance never confirmed"), 30, AttendanceImport, _draft,
        effect=_l("The lines read from the file are deleted. Nothing of them had been stored."),
    ),
    deleting(
        "attendance.imports", _l("Files of sessions or attendance that were confirmed"), FIVE_YEARS, AttendanceImport,
        _done,
        effect=_l("That there was a file goes; meetings and marks stay as long as they are kept."),
    ),
]  # fmt: skip

PROCESSING = [
    Processing(
        purpose=_l("Attendance at half-days, as a condition of certificates and for the figures of the programme"),
        data=_l("Status, minutes, remark, organisation on that day, who marked it and when, corrections with reasons"),
        people=_l("Participants"),
        recipients=_l("Training team of the training session, monitoring team; each person their own"),
        kept=MARKS,
    )
]
