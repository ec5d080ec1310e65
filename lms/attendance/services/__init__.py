"""Every write of this room, by topic. Flushes, never commits; knows no HTTP."""

from __future__ import annotations

from lms.attendance.services import groups, marks, meetings, merging, walk_ins

__all__ = ["groups", "marks", "meetings", "merging", "walk_ins"]
