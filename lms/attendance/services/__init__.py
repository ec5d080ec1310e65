"""Every write of this room, by topic. Flushes, never commits; knows no HTTP."""

from __future__ import annotations

from lms.attendance.services import (
    check_ins,
    feeds,
    files,
    following,
    groups,
    imports,
    layouts,
    marks,
    meeting_trainers,
    meetings,
    merging,
    paper,
    reports,
    short_reports,
    status_names,
    taps,
    undoing,
    walk_ins,
    warnings,
)

__all__ = [
    "check_ins",
    "feeds",
    "files",
    "following",
    "groups",
    "imports",
    "layouts",
    "marks",
    "meeting_trainers",
    "meetings",
    "merging",
    "paper",
    "reports",
    "short_reports",
    "status_names",
    "taps",
    "undoing",
    "walk_ins",
    "warnings",
]
