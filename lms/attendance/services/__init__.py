"""Every write of this room, by topic. Flushes, never commits; knows no HTTP."""

from __future__ import annotations

from lms.attendance.services import marks, meetings, paper

__all__ = ["marks", "meetings", "paper"]
