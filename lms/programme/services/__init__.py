"""Every write of this room, by topic. What other rooms call is named here."""

from __future__ import annotations

from lms.programme.errors import PersonHasNoAccount
from lms.programme.services.cohorts import (
    CohortPlan,
    archive_cohort,
    create_cohort,
    edit_cohort,
    leave_trainings,
    plan_of,
    restore_cohort,
)
from lms.programme.services.enrolments import (
    age_group,
    choose,
    end_enrolment,
    enrol,
    enrol_together,
    take_back,
    tell_enrolled,
)
from lms.programme.services.merging import move_to_kept, part_again, withdraw
from lms.programme.services.seats import (
    SeatPlan,
    appoint,
    archive_seat,
    create_seat,
    edit_seat,
    leave_seats,
    restore_seat,
    vacate,
)

__all__ = [
    "CohortPlan",
    "PersonHasNoAccount",
    "SeatPlan",
    "age_group",
    "appoint",
    "archive_cohort",
    "archive_seat",
    "choose",
    "create_cohort",
    "create_seat",
    "edit_cohort",
    "edit_seat",
    "end_enrolment",
    "enrol",
    "enrol_together",
    "leave_seats",
    "leave_trainings",
    "move_to_kept",
    "part_again",
    "plan_of",
    "restore_cohort",
    "restore_seat",
    "take_back",
    "tell_enrolled",
    "vacate",
    "withdraw",
]
