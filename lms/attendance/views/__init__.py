"""Pages of this room."""

from __future__ import annotations

from lms.attendance.views import (
    arrivals,
    check_ins,
    closed,
    groups,
    meetings,
    own,
    roll_call,
    screen,
    sheets,
    taps,
    walk_ins,
)
from lms.attendance.views.blueprint import blueprint

#: Modules whose import registers their pages.
PAGES = (arrivals, check_ins, closed, groups, meetings, own, roll_call, screen, sheets, taps, walk_ins)
blueprints = [blueprint, check_ins.short]
