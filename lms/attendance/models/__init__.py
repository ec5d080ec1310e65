"""Rows of this room, by topic."""

from __future__ import annotations

from lms.attendance.models.check_ins import CheckIn
from lms.attendance.models.feeds import Feed
from lms.attendance.models.files import AttendanceFile
from lms.attendance.models.groups import Group, GroupMember
from lms.attendance.models.imports import AttendanceImport, Kind
from lms.attendance.models.layouts import CohortSheet, CohortSheetLogo
from lms.attendance.models.marks import Mark, MarkChange
from lms.attendance.models.meeting_trainers import HalfDayTrainer, MeetingTrainer
from lms.attendance.models.meetings import HalfDay, Meeting
from lms.attendance.models.reports import ErrorReport
from lms.attendance.models.short_reports import ShortReport
from lms.attendance.models.status_names import StatusName
from lms.attendance.models.taps import LastTap
from lms.attendance.models.walk_ins import WalkIn
from lms.attendance.models.warnings import AbsenceWarning

__all__ = [
    "AbsenceWarning",
    "AttendanceFile",
    "AttendanceImport",
    "CheckIn",
    "CohortSheet",
    "CohortSheetLogo",
    "ErrorReport",
    "Feed",
    "Group",
    "GroupMember",
    "HalfDay",
    "HalfDayTrainer",
    "Kind",
    "LastTap",
    "Mark",
    "MarkChange",
    "Meeting",
    "MeetingTrainer",
    "ShortReport",
    "StatusName",
    "WalkIn",
]
