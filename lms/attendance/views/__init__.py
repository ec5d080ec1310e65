"""Pages of this room."""

from __future__ import annotations

from lms.attendance.views import closed, groups, meetings, own, roll_call, sheets, walk_ins
from lms.attendance.views.blueprint import blueprint

#: Modules whose import registers their pages.
PAGES = (closed, groups, meetings, own, roll_call, sheets, walk_ins)
blueprints = [blueprint]
