"""Every write of this room, by topic. Flushes, never commits; knows no HTTP."""

from __future__ import annotations

from lms.attendance.services import files, layouts, marks, meetings, paper

__all__ = ["files", "layouts", "marks", "meetings", "paper"]
