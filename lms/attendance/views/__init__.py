"""Pages of this room."""

from __future__ import annotations

from lms.attendance.views import closed, grid, imports, meetings, own, roll_call, sheets
from lms.attendance.views.blueprint import blueprint

#: Modules whose import registers their pages.
PAGES = (closed, grid, imports, meetings, own, roll_call, sheets)
blueprints = [blueprint]
