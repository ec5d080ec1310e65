"""What this room holds on a person and how long."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.attendance import queries
from lms.attendance.models import AbsenceWarning, Feed, HalfDay, Mark, MarkChange, Meeting, Report, ShortReport
from lms.attendance.models.reports import CORRECTED
from lms.attendance.models.warnings import ABSENT, TO_FOCAL_POINT
from lms.attendance.statuses import Method, Reason, Status
from lms.core.clock import local_date
from lms.core.feature import Processing
from lms.core.own_data import Words
from lms.core.retention import Rule, deleting
from lms.programme.models import Enrolment

MARKS = "attendance.marks"
A_YEAR, FIVE_YEARS = 365, 5 * 365


def _status(value: str) -> Any:
    return Status(value).label


def _outcome(value: str) -> Any:
    return _l("Mark corrected") if value == CORRECTED else _l("Mark unchanged")


def _told(value: str) -> Any:
    if value == ABSENT:
        return _l("Absence told to the person")
    return _l("Absence told to the focal point") if value == TO_FOCAL_POINT else _l("Threshold out of reach")


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
    "attendance_reports": Words(_l("Reports about attendance")),
    "attendance_reports.day": Words(_l("Day")),
    "attendance_reports.text": Words(_l("In words")),
    "attendance_reports.said_at": Words(_l("Reported on")),
    "attendance_reports.outcome": Words(_l("Outcome"), show=_outcome),
    "attendance_reports.answer": Words(_l("Answer")),
    "attendance_reports.answered_at": Words(_l("Answered on")),
    "attendance_warnings": Words(_l("Messages about absences")),
    "attendance_warnings.day": Words(_l("Day")),
    "attendance_warnings.kind": Words(_l("Message"), show=_told),
    "attendance_warnings.warned_at": Words(_l("Written on")),
    "calendar": Words(_l("Address of the calendar")),
    "calendar.made_at": Words(_l("Made on")),
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
        **_messages(db, person_id),
    }


def _messages(db: Session, person_id: int) -> dict[str, Any]:
    """What a person reported, what was told of their absences, and whether they have a calendar."""
    feed = queries.feeds.of_person(db, person_id)
    return {
        "attendance_reports": [
            {
                "day": day.isoformat(),
                "text": report.text,
                "said_at": report.said_at.isoformat(),
                "outcome": report.outcome or None,
                "answer": report.answer,
                "answered_at": report.answered_at.isoformat() if report.answered_at else None,
            }
            for report, day in queries.reports.data_of(db, person_id)
        ],
        "attendance_warnings": [
            {"day": day.isoformat(), "kind": told.kind, "warned_at": told.warned_at.isoformat()}
            for told, day in queries.warnings.data_of(db, person_id)
        ],
        "calendar": [{"made_at": feed.made_at.isoformat()}] if feed is not None else [],
    }


def forget(db: Session, person_id: int, *, now: dt.datetime) -> None:
    """Wipe what was written in words; statuses stay, they count for nobody in particular."""
    enrolments = sa.select(Enrolment.id).where(Enrolment.person_id == person_id)
    wording = ((Mark, "remark"), (MarkChange, "reason_text"), (Report, "text"), (Report, "answer"))
    for model, words in wording:
        wiped = sa.update(model).where(model.enrolment_id.in_(enrolments)).values({words: ""})
        db.execute(wiped.execution_options(synchronize_session=False))
    told = sa.or_(AbsenceWarning.enrolment_id.in_(enrolments), AbsenceWarning.recipient_id == person_id)
    for gone in (sa.delete(AbsenceWarning).where(told), sa.delete(Feed).where(Feed.person_id == person_id)):
        db.execute(gone.execution_options(synchronize_session=False))


def _old(model: Any) -> Any:
    """Condition on rows of half-days before a moment."""

    def is_old(before: dt.datetime) -> Any:
        return model.half_day_id.in_(sa.select(HalfDay.id).where(HalfDay.day < local_date(before)))

    return is_old


def _old_meeting(before: dt.datetime) -> Any:
    later = sa.exists().where(HalfDay.meeting_id == Meeting.id, HalfDay.day >= local_date(before))
    return ShortReport.meeting_id.in_(sa.select(Meeting.id).where(~later))


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
        "attendance.reports", _l("Reports about attendance"), FIVE_YEARS, Report, _old(Report),
        effect=_l("Counted from the half-day. What was reported and answered goes."),
    ),
    deleting(
        "attendance.warnings", _l("Messages about absences"), A_YEAR, AbsenceWarning, _old(AbsenceWarning),
        effect=_l("Counted from the half-day. That a message was written is forgotten."),
    ),
    deleting(
        "attendance.short-reports", _l("Short reports of meetings"), FIVE_YEARS, ShortReport, _old_meeting,
        effect=_l("Counted from the last half-day. The words go; figures follow from the marks."),
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
        purpose=_l("Messages about absences, so that they can be justified or corrected in time"),
        data=_l("Half-day, that the absence was not excused, when the message was written; reports of errors"),
        people=_l("Participants"),
        recipients=_l(
            "The person; where the programme has decided so, the focal points of their organisation, names only"
        ),
        kept="attendance.warnings",
    ),
    Processing(
        purpose=_l("Half-days in the calendar program of whoever asks for it"),
        data=_l("Hash of the secret address, day it was made"),
        people=_l("Participants, training team"),
        recipients=_l("Whoever holds the address: days, hours and places of half-days, no names, no marks"),
        kept=_l("Until the person ends the address or the account is wiped"),
    ),
]
