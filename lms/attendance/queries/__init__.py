"""Every SELECT of this room, by topic."""

from __future__ import annotations

from lms.attendance.queries import check_ins, marks, meetings

__all__ = ["check_ins", "marks", "meetings"]
