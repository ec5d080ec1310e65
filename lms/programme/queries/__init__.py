"""Every SELECT of this room, by topic. What other rooms ask for is named here."""

from __future__ import annotations

from lms.programme.queries.cohorts import (
    CohortRow,
    CohortState,
    cohort_counts,
    cohort_page,
    cohorts,
    cohorts_visible_to,
    get_cohort_or_none,
    modules_of_cohort,
    possible_trainers,
    taught_cohorts,
    trained_by,
    trainers_of,
    waiting_cohorts,
)
from lms.programme.queries.enrolling import Source, Standing, candidate_page, chosen_people, newcomers, standing_counts
from lms.programme.queries.enrolments import (
    enrolments_of,
    enrolments_visible_to,
    first_choice,
    get_enrolment_or_none,
    is_running,
    looked_after_by,
    running_enrolment,
    running_enrolments,
    taught_by,
    taught_now,
)
from lms.programme.queries.people import MemberRow, member_page
from lms.programme.queries.seats import get_seat_or_none, people_for_seat, seat_counts, seat_page, seats_of

__all__ = [
    "CohortRow",
    "CohortState",
    "MemberRow",
    "Source",
    "Standing",
    "candidate_page",
    "chosen_people",
    "cohort_counts",
    "cohort_page",
    "cohorts",
    "cohorts_visible_to",
    "enrolments_of",
    "enrolments_visible_to",
    "first_choice",
    "get_cohort_or_none",
    "get_enrolment_or_none",
    "get_seat_or_none",
    "is_running",
    "looked_after_by",
    "member_page",
    "modules_of_cohort",
    "newcomers",
    "people_for_seat",
    "possible_trainers",
    "running_enrolment",
    "running_enrolments",
    "seat_counts",
    "seat_page",
    "seats_of",
    "standing_counts",
    "taught_by",
    "taught_cohorts",
    "taught_now",
    "trained_by",
    "trainers_of",
    "waiting_cohorts",
]
