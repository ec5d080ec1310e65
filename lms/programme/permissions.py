"""What the pages of this room ask for."""

from __future__ import annotations

from lms.core.access import Permission, Role


class ProgrammePermission(Permission):
    COHORTS = "programme:cohorts:manage", {Role.ADMINISTRATOR}
    ENROLMENTS = "programme:enrolments:manage", {Role.ADMINISTRATOR}
    SEATS = "programme:seats:manage", {Role.ADMINISTRATOR}
    #: The cohorts that a trainer holds; those of others are not there.
    OWN_COHORTS = "programme:own-cohorts:read", {Role.TRAINER}
