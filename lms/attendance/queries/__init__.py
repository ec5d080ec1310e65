"""Every SELECT of this room, by topic."""

from __future__ import annotations

from lms.attendance.queries import files, layouts, marks, meetings

__all__ = ["files", "layouts", "marks", "meetings"]
