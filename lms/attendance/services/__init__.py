"""Every write of this room, by topic. Flushes, never commits; knows no HTTP."""

from __future__ import annotations

from lms.attendance.services import feeds, marks, meetings, reports, short_reports, warnings

__all__ = ["feeds", "marks", "meetings", "reports", "short_reports", "warnings"]
