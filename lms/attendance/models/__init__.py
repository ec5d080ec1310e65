"""Rows of this room, by topic."""

from __future__ import annotations

from lms.attendance.models.imports import AttendanceImport, Kind
from lms.attendance.models.marks import Mark, MarkChange
from lms.attendance.models.meetings import NOON, HalfDay, Meeting

__all__ = ["NOON", "AttendanceImport", "HalfDay", "Kind", "Mark", "MarkChange", "Meeting"]
