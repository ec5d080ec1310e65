"""Every write of this room, by topic. Flushes, never commits; knows no HTTP."""

from __future__ import annotations

from lms.attendance.services import check_ins, marks, meetings

__all__ = ["check_ins", "marks", "meetings"]
