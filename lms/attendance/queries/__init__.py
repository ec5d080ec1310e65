"""Every SELECT of this room, by topic."""

from __future__ import annotations

from lms.attendance.queries import grid, imports, marks, meetings

__all__ = ["grid", "imports", "marks", "meetings"]
