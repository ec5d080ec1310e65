"""Rows of this room, by topic."""

from __future__ import annotations

from lms.attendance.models.marks import Mark, MarkChange
from lms.attendance.models.meetings import NOON, HalfDay, Meeting
from lms.attendance.models.taps import LastTap

__all__ = ["NOON", "HalfDay", "LastTap", "Mark", "MarkChange", "Meeting"]
