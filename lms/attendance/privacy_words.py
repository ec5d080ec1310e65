"""Words for what this room holds on a person."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from lms.attendance.models.reports import CORRECTED
from lms.attendance.models.warnings import ABSENT, TO_FOCAL_POINT
from lms.attendance.statuses import Method, Reason, Status
from lms.core.own_data import Words


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
    "meetings_led": Words(_l("Meetings led")),
    "meetings_led.day": Words(_l("First day")),
    "meetings_led.module": Words(_l("Module")),
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
