"""Every SELECT of this room, by topic."""

from __future__ import annotations

from lms.attendance.queries import files, marks, meetings

__all__ = ["files", "marks", "meetings"]
