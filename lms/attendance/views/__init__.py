"""Pages of this room."""

from __future__ import annotations

from lms.attendance.views import closed, meetings, own, roll_call, sheets, taps
from lms.attendance.views.blueprint import blueprint

#: Modules whose import registers their pages.
PAGES = (closed, meetings, own, roll_call, sheets, taps)
blueprints = [blueprint]
