"""What the pages of this room ask for."""

from __future__ import annotations

from lms.core.access import Permission, Role


class QuizPermission(Permission):
    TAKE = "quizzes:attempt:take", {Role.LEARNER}
    #: The question bank: one's own questions and the shared ones.
    WRITE = "quizzes:questions:write", {Role.TRAINER}
    #: Open answers of one's own cohorts.
    GRADE = "quizzes:answers:grade", {Role.TRAINER}
    #: The learners of one's own cohorts: what they sent, what is arranged for them, what they ask about marks.
    PEOPLE = "quizzes:people:attend", {Role.TRAINER}
    #: A quiz asked in the room, to one's own cohorts.
    LIVE = "quizzes:live:run", {Role.TRAINER}
    #: What the marks of a quiz say; no person stands in it.
    STATISTICS = "quizzes:statistics:read", {Role.TRAINER, Role.MONITOR}
    #: Of every quiz, not only of one's own and the programme's.
    ALL_STATISTICS = "quizzes:statistics:read-all", {Role.MONITOR}
