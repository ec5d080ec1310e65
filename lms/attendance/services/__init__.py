"""Every write of this room, by topic. Flushes, never commits; knows no HTTP."""

from __future__ import annotations

from lms.attendance.services import files, marks, meetings, paper

__all__ = ["files", "marks", "meetings", "paper"]
