"""Rows of this room, by topic."""

from __future__ import annotations

from lms.attendance.models.files import AttendanceFile
from lms.attendance.models.layouts import CohortSheet, CohortSheetLogo
from lms.attendance.models.marks import Mark, MarkChange
from lms.attendance.models.meetings import NOON, HalfDay, Meeting

__all__ = ["NOON", "AttendanceFile", "CohortSheet", "CohortSheetLogo", "HalfDay", "Mark", "MarkChange", "Meeting"]
