"""What the pages of this room ask for."""

from __future__ import annotations

from lms.core.access import Permission, Role


class AttendancePermission(Permission):
    #: One's own attendance; for trainers and monitoring the list of half-days.
    READ = "attendance:read", {Role.LEARNER, Role.TRAINER, Role.MONITOR}
    #: Plan meetings and take the roll in one's own cohorts.
    TAKE = "attendance:half-day:take", {Role.TRAINER}
    #: Correct a closed half-day: trainers of theirs for 48 hours, monitoring of all, later too.
    CORRECT = "attendance:half-day:correct", {Role.TRAINER, Role.MONITOR}
    #: Sessions and marks by file: trainers in their cohorts, monitoring in all.
    IMPORT = "attendance:import", {Role.TRAINER, Role.MONITOR}
    #: What holds for the whole programme: its own names of statuses.
    SETTINGS = "attendance:settings", {Role.MONITOR}
