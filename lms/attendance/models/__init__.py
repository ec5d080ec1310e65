"""Rows of this room, by topic."""

from __future__ import annotations

from lms.attendance.models.check_ins import CheckIn
from lms.attendance.models.groups import Group, GroupMember
from lms.attendance.models.marks import Mark, MarkChange
from lms.attendance.models.meetings import NOON, HalfDay, Meeting
from lms.attendance.models.walk_ins import WalkIn

__all__ = ["NOON", "CheckIn", "Group", "GroupMember", "HalfDay", "LastTap", "Mark", "MarkChange", "Meeting", "WalkIn"]
from lms.attendance.models.taps import LastTap
