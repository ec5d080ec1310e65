"""Every SELECT of this room, by topic."""

from __future__ import annotations

from lms.attendance.queries import feeds, marks, meetings, reports, short_reports, warnings

__all__ = ["feeds", "marks", "meetings", "reports", "short_reports", "warnings"]
