"""Rows of this room, by topic."""

from __future__ import annotations

from lms.attendance.models.feeds import Feed
from lms.attendance.models.marks import Mark, MarkChange
from lms.attendance.models.meetings import NOON, HalfDay, Meeting
from lms.attendance.models.reports import Report
from lms.attendance.models.short_reports import ShortReport
from lms.attendance.models.warnings import AbsenceWarning

__all__ = ["NOON", "AbsenceWarning", "Feed", "HalfDay", "Mark", "MarkChange", "Meeting", "Report", "ShortReport"]
