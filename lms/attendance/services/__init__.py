"""Every write of this room, by topic. Flushes, never commits; knows no HTTP."""

from __future__ import annotations

from lms.attendance.services import imports, marks, meetings

__all__ = ["imports", "marks", "meetings"]
