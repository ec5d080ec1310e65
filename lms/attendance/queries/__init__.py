"""Every SELECT of this room, by topic."""

from __future__ import annotations

from lms.attendance.queries import grid, marks, meetings

__all__ = ["grid", "marks", "meetings"]
