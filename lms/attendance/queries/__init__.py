"""Every SELECT of this room, by topic."""

from __future__ import annotations

from lms.attendance.queries import groups, marks, meetings, walk_ins

__all__ = ["groups", "marks", "meetings", "walk_ins"]
