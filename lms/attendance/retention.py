"""How long this room keeps what, and its lines in the register of processing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.attendance.models import (
    AbsenceWarning,
    AttendanceFile,
    AttendanceImport,
    CheckIn,
    ErrorReport,
    HalfDay,
    HalfDayTrainer,
    LastTap,
    Mark,
    MarkChange,
    Meeting,
    ShortReport,
    WalkIn,
)
from lms.core.clock import local_date
from lms.core.feature import Processing
from lms.core.retention import Rule, deleting, rows_of

MARKS, WALK_INS = "attendance.marks", "attendance.walk-ins"

A_YEAR, FIVE_YEARS = 365, 5 * 365

#: Which arrivals came from one device is looked at when a half-day is closed, and no longer needed after a dispute.
DEVICE_DAYS = 90

SHEETS, JUSTIFICATIONS = "attendance.sheets", "attendance.justifications"


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
        "attendance.reports", _l("Reports about attendance"), FIVE_YEARS, ErrorReport, _old(ErrorReport),
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
        "attendance.trainers", _l("Who led half-days that were held"), FIVE_YEARS, HalfDayTrainer, _old(HalfDayTrainer),
        effect=_l("Counted from the half-day. The names of its trainers go; who countersigned stays."),
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
