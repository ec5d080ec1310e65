"""Every write of this room, by topic. Flushes, never commits; knows no HTTP."""

from __future__ import annotations

from lms.attendance.services import check_ins, groups, marks, meetings, merging, taps, walk_ins

__all__ = ["check_ins", "groups", "marks", "meetings", "merging", "taps", "walk_ins"]
