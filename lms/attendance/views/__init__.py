"""Pages of this room."""

from __future__ import annotations

from lms.attendance.views import closed, feeds, meetings, own, reports, roll_call, sheets, short_reports
from lms.attendance.views.blueprint import blueprint

#: Modules whose import registers their pages.
PAGES = (closed, feeds, meetings, own, reports, roll_call, sheets, short_reports)
blueprints = [blueprint]
