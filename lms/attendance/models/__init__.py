"""Rows of this room, by topic."""

from __future__ import annotations

from lms.attendance.models.check_ins import CheckIn
from lms.attendance.models.marks import Mark, MarkChange
from lms.attendance.models.meetings import NOON, HalfDay, Meeting

__all__ = ["NOON", "CheckIn", "HalfDay", "Mark", "MarkChange", "Meeting"]
