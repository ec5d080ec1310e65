"""Every SELECT of this room, by topic."""

from __future__ import annotations

from lms.attendance.queries import marks, meetings, taps

__all__ = ["marks", "meetings", "taps"]
