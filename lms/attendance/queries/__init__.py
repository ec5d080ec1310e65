"""Every SELECT of this room, by topic."""

from __future__ import annotations

from lms.attendance.queries import (
    check_ins,
    feeds,
    files,
    grid,
    groups,
    imports,
    layouts,
    marks,
    meeting_trainers,
    meetings,
    reports,
    short_reports,
    status_names,
    taps,
    walk_ins,
    warnings,
)

__all__ = [
    "check_ins",
    "feeds",
    "files",
    "grid",
    "groups",
    "imports",
    "layouts",
    "marks",
    "meeting_trainers",
    "meetings",
    "reports",
    "short_reports",
    "status_names",
    "taps",
    "walk_ins",
    "warnings",
]
