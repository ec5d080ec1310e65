"""What the pages of this room ask for."""

from __future__ import annotations

from lms.core.access import EVERYONE, Permission, Role


class LearningPermission(Permission):
    HOME = "learning:home:read", EVERYONE
    LESSON_READ = "learning:lesson:read", EVERYONE
    #: Keeping a position and marking lessons read: nothing is recorded for people without an enrolment.
    LESSON_RECORD = "learning:lesson:record", EVERYONE
    #: The guide of a module: the training team and who answers for it, never learners.
    GUIDE = "learning:guide:read", {Role.TRAINER, Role.MONITOR, Role.ADMINISTRATOR}
    OWN_PROGRESS = "learning:progress:read", {Role.LEARNER}
