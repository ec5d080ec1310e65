"""What this room holds on a person and how long."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.attendance import queries
from lms.attendance.models import (
    AbsenceWarning,
    AttendanceFile,
    AttendanceImport,
    CheckIn,
    Feed,
    GroupMember,
    HalfDay,
    Kind,
    LastTap,
    Mark,
    MarkChange,
    Meeting,
    Report,
    ShortReport,
    WalkIn,
)
from lms.attendance.models.reports import CORRECTED
from lms.attendance.models.warnings import ABSENT, TO_FOCAL_POINT
from lms.attendance.statuses import Method, Reason, Status
from lms.core.clock import local_date
from lms.core.feature import Processing
from lms.core.own_data import Words
from lms.core.retention import Rule, deleting, rows_of
from lms.programme.models import Enrolment

MARKS, WALK_INS = "attendance.marks", "attendance.walk-ins"
A_YEAR, FIVE_YEARS = 365, 5 * 365
#: Which arrivals came from one device is looked at when a half-day is closed, and no longer needed after a dispute.
DEVICE_DAYS = 90
SHEETS, JUSTIFICATIONS = "attendance.sheets", "attendance.justifications"


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
    "attendance.status_name": Words(_l("Name of the status")),
    "attendance.minutes": Words(_l("Minutes attended")),
    "attendance.remark": Words(_l("Remark")),
    "attendance.method": Words(_l("How it is known"), show=lambda value: Method(value).label),
    "attendance.organisation": Words(_l("Organisation")),
    "attendance.marked_at": Words(_l("Marked on")),
    "attendance_changes": Words(_l("Changes of the attendance")),
    "attendance_changes.day": Words(_l("Day")),
    "attendance_changes.old_status": Words(_l("Status before"), show=_status),
    "attendance_changes.old_status_name": Words(_l("Name of the status before")),
    "attendance_changes.old_minutes": Words(_l("Minutes before")),
    "attendance_changes.status": Words(_l("Status"), show=_status),
    "attendance_changes.status_name": Words(_l("Name of the status")),
    "attendance_changes.minutes": Words(_l("Minutes attended")),
    "attendance_changes.method": Words(_l("How it is known"), show=lambda value: Method(value).label),
    "attendance_changes.reason": Words(_l("Reason"), show=lambda value: Reason(value).label),
    "attendance_changes.reason_text": Words(_l("In words")),
    "attendance_changes.changed_at": Words(_l("Changed on")),
    "attendance_group": Words(_l("Group in training sessions")),
    "attendance_group.name": Words(_l("Group")),
    "attendance_walk_ins": Words(_l("Half-days attended without standing on the list")),
    "attendance_walk_ins.day": Words(_l("Day")),
    "attendance_walk_ins.name": Words(_l("Name, as the person says it")),
    "attendance_walk_ins.organisation": Words(_l("Organisation")),
    "attendance_walk_ins.contact": Words(_l("Telephone or e-mail")),
    "attendance_walk_ins.status": Words(_l("Status"), show=_status),
    "attendance_walk_ins.minutes": Words(_l("Minutes attended")),
    "attendance_walk_ins.noted_at": Words(_l("Noted on")),
    "attendance_walk_ins.decided_at": Words(_l("Decided on")),
    "check_ins": Words(_l("Own check-ins")),
    "check_ins.day": Words(_l("Day")),
    "check_ins.at": Words(_l("Checked in at")),
    "check_ins.method": Words(_l("How it is known"), show=lambda value: Method(value).label),
    "check_ins.struck_at": Words(_l("Struck out on")),
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
    names = {one.id: one.name.as_dict() for one in queries.status_names.every(db)}
    return {
        "attendance": [
            {
                "day": half_day.day.isoformat(),
                "starts": f"{half_day.starts:%H:%M}",
                "module": meeting.module,
                "status": mark.status,
                "status_name": names.get(mark.name_id or 0),
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
                "old_status_name": names.get(change.old_name_id or 0),
                "old_minutes": change.old_minutes,
                "status": change.status,
                "status_name": names.get(change.name_id or 0),
                "minutes": change.minutes,
                "method": change.method,
                "reason": change.reason or None,
                "reason_text": change.reason_text,
                "changed_at": change.changed_at.isoformat(),
            }
            for change, day in queries.marks.changes_of_person(db, person_id)
        ],
        "attendance_group": [{"name": group.name.as_dict()} for group in queries.groups.of_person(db, person_id)],
        "attendance_walk_ins": [
            {
                "day": day.isoformat(),
                "name": one.name,
                "organisation": one.organisation,
                "contact": one.contact,
                "status": one.status,
                "minutes": one.minutes,
                "noted_at": one.noted_at.isoformat(),
                "decided_at": one.decided_at.isoformat() if one.decided_at else None,
            }
            for one, day in queries.walk_ins.data_of(db, person_id)
        ],
        "check_ins": [
            {
                "day": day.isoformat(),
                "at": one.at.isoformat(),
                "method": one.method,
                "struck_at": one.struck_at.isoformat() if one.struck_at else None,
            }
            for one, day in queries.check_ins.data_of(db, person_id)
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
    wording = ((Mark, "remark"), (MarkChange, "reason_text"), (Report, "text"), (Report, "answer"))
    for model, words in wording:
        wiped = sa.update(model).where(model.enrolment_id.in_(enrolments)).values({words: ""})
        db.execute(wiped.execution_options(synchronize_session=False))
    db.execute(sa.delete(GroupMember).where(GroupMember.enrolment_id.in_(enrolments)))
    mine = sa.or_(WalkIn.person_id == person_id, WalkIn.enrolment_id.in_(enrolments))
    wiped = sa.update(WalkIn).where(mine).values(name="", organisation="", contact="", person_id=None)
    db.execute(wiped.execution_options(synchronize_session=False))
    devices = sa.update(CheckIn).where(CheckIn.enrolment_id.in_(enrolments)).values(device="")
    db.execute(devices.execution_options(synchronize_session=False))
    told = sa.or_(AbsenceWarning.enrolment_id.in_(enrolments), AbsenceWarning.recipient_id == person_id)
    for gone in (sa.delete(AbsenceWarning).where(told), sa.delete(Feed).where(Feed.person_id == person_id)):
        db.execute(gone.execution_options(synchronize_session=False))
    gone = sa.delete(AttendanceFile).where(AttendanceFile.enrolment_id.in_(enrolments))
    db.execute(gone.execution_options(synchronize_session=False))
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


def _has_old_device(before: dt.datetime) -> Any:
    return sa.and_(CheckIn.device != "", _old(CheckIn)(before))


def _count_devices(db: Session, before: dt.datetime) -> int:
    return db.scalar(sa.select(sa.func.count()).select_from(CheckIn).where(_has_old_device(before))) or 0


def _drop_devices(db: Session, before: dt.datetime, **_now: Any) -> int:
    dropped = sa.update(CheckIn).where(_has_old_device(before)).values(device="")
    return rows_of(db.execute(dropped.execution_options(synchronize_session=False)))


def _old_meeting(before: dt.datetime) -> Any:
    later = sa.exists().where(HalfDay.meeting_id == Meeting.id, HalfDay.day >= local_date(before))
    return ShortReport.meeting_id.in_(sa.select(Meeting.id).where(~later))


def _old_file(is_scan: bool) -> Any:
    """Condition on signed sheets, or on justifications, of half-days before a moment."""
    whose = AttendanceFile.enrolment_id.is_(None) if is_scan else AttendanceFile.enrolment_id.is_not(None)
    return lambda before: sa.and_(whose, _old(AttendanceFile)(before))


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
        WALK_INS, _l("People noted without standing on the list"), 365, WalkIn, _old(WalkIn),
        effect=_l("Counted from the half-day. Names and contacts go; the mark of who was matched stays."),
    ),
    # Before the rows go: a run counts each where its dry run did.
    Rule(
        "attendance.devices", _l("Devices of own check-ins"), DEVICE_DAYS, _count_devices, _drop_devices,
        effect=_l("Counted from the half-day. The check-in stays; which device it came from goes."),
    ),
    deleting(
        "attendance.check-ins", _l("Own check-ins"), FIVE_YEARS, CheckIn, _old(CheckIn),
        effect=_l("Counted from the half-day. When and how somebody checked in goes."),
    ),
    deleting(
        "attendance.taps", _l("Taps of roll calls sent from devices"), 30, LastTap, _old(LastTap),
        effect=_l("Counted from the half-day. The counters that keep a tap from being stored twice go; marks stay."),
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
    deleting(
        SHEETS, _l("Signed sheets"), FIVE_YEARS, AttendanceFile, _old_file(is_scan=True),
        effect=_l("Counted from the half-day. The files go; marks follow their own rule."),
    ),
    # They may say something of somebody's health: kept as long as an absence may be contested, no longer.
    deleting(
        JUSTIFICATIONS, _l("Justifications of absences"), A_YEAR, AttendanceFile, _old_file(is_scan=False),
        effect=_l("Counted from the half-day. The files go; that the absence is excused stays."),
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
    ),
    Processing(
        purpose=_l("People who came to a half-day without being enrolled, until they are matched with an account"),
        data=_l("Name, organisation, telephone or e-mail, time of arrival"),
        people=_l("People present at a half-day who are not enrolled"),
        recipients=_l("Training team of the training session, monitoring team"),
        kept=WALK_INS,
    ),
    Processing(
        purpose=_l("Own check-in by the code on the screen of the room"),
        data=_l(
            "When and how, whether it was struck out, and a keyed hash of a random number of the browser, other at"
            " each half-day, that only tells two accounts on one device; no place, no photograph, no fingerprint of"
            " the device"
        ),
        people=_l("Participants"),
        recipients=_l(
            "Training team of the training session, monitoring team; each person their own, without the hash"
        ),
        kept="attendance.devices",
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
