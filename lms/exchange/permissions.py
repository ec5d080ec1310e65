"""What the pages of this room ask for."""

from __future__ import annotations

from lms.core.access import Permission, Role


class ExchangePermission(Permission):
    ASK = "exchange:question:ask", {Role.LEARNER}
    #: The questions of one's own cohorts.
    ANSWER = "exchange:question:answer", {Role.TRAINER}
