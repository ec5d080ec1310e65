"""Every SELECT of this room, by topic."""

from __future__ import annotations

from lms.attendance.queries import check_ins, groups, marks, meetings, taps, walk_ins

__all__ = ["check_ins", "groups", "marks", "meetings", "taps", "walk_ins"]
