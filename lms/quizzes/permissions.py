"""What the pages of this room ask for."""

from __future__ import annotations

from lms.core.access import Permission, Role


class QuizPermission(Permission):
    TAKE = "quizzes:attempt:take", {Role.LEARNER}
    #: The question bank: one's own questions and the shared ones.
    WRITE = "quizzes:questions:write", {Role.TRAINER}
