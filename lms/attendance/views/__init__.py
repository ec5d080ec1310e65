"""Pages of this room."""

from __future__ import annotations

from lms.attendance.views import (
    arrivals,
    check_ins,
    closed,
    feeds,
    files,
    grid,
    groups,
    imports,
    layouts,
    meetings,
    own,
    paper,
    reports,
    roll_call,
    screen,
    sheets,
    short_reports,
    status_names,
    taps,
    undoing,
    walk_ins,
)
from lms.attendance.views.blueprint import blueprint

#: Modules whose import registers their pages.
PAGES = (
    arrivals, check_ins, closed, feeds, files, grid, groups, imports, layouts, meetings, own, paper, reports,
    roll_call, screen, sheets, short_reports, status_names, taps, undoing, walk_ins,
)  # fmt: skip
blueprints = [blueprint, check_ins.short]
