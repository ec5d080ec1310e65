"""What the pages of this room ask for."""

from __future__ import annotations

from lms.core.access import Permission, Role


class SurveyPermission(Permission):
    #: Surveys of one's own cohorts, and one's own follow-up.
    ANSWER = "surveys:round:answer", {Role.LEARNER}
    #: Open and close rounds of one's own cohorts.
    MANAGE = "surveys:round:manage", {Role.TRAINER}
    #: What closed rounds say: trainers of their cohorts, monitoring of all. Nobody stands in it.
    READ = "surveys:results:read", {Role.TRAINER, Role.MONITOR}
    #: What each member answered some months later.
    FOLLOW = "surveys:follow-up:read", {Role.MONITOR}
