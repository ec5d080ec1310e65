"""The threshold, in whole numbers, and what can still be reached."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.models import Person
from lms.attendance import own, services
from lms.attendance.models import Meeting
from lms.attendance.rates import Rate
from lms.attendance.statuses import Status
from lms.core import db as database
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import DAY, TODAY, close, plan, take
from tests.conftest import NOW


@pytest.mark.parametrize(
    ("planned", "threshold", "needed"),
    [(12, 80, 10), (10, 80, 8), (1, 80, 1), (5, 80, 4), (6, 80, 5), (3, 100, 3), (3, 1, 1), (7, 50, 4), (0, 80, 0)],
)
def test_needed_is_rounded_up(planned: int, threshold: int, needed: int) -> None:
    assert Rate(0, 0, planned, threshold).needed == needed


@pytest.mark.parametrize(
    ("attended", "planned", "met"),
    [(799, 1000, False), (800, 1000, True), (9, 12, False), (10, 12, True), (4, 5, True), (3, 4, False), (0, 0, False)],
)
def test_just_below_the_threshold_fails(attended: int, planned: int, met: bool) -> None:
    assert Rate(attended, planned, planned, 80).is_met is met


@pytest.mark.parametrize(
    ("attended", "held", "can", "may_miss"),
    [(0, 0, True, 2), (0, 2, True, 0), (0, 3, False, 0), (7, 9, True, 0), (6, 9, False, 0), (9, 9, True, 2),
     (12, 12, True, 2)],
)  # fmt: skip
def test_of_twelve_two_may_be_missed(attended: int, held: int, can: bool, may_miss: int) -> None:
    rate = Rate(attended, held, 12, 80)
    assert (rate.can_be_met, rate.may_miss) == (can, may_miss)


@given(st.integers(1, 60), st.integers(1, 100), st.data())
def test_the_numbers_agree(planned: int, threshold: int, data: Any) -> None:
    held = data.draw(st.integers(0, planned))
    rate = Rate(data.draw(st.integers(0, held)), held, planned, threshold)

    assert rate.is_met == (rate.attended >= rate.needed)
    assert rate.can_be_met == (rate.attended + planned - held >= rate.needed)
    assert rate.can_be_met or not rate.is_met
    assert 0 <= rate.may_miss <= planned - held or rate.is_met
    assert Rate(rate.needed, held, planned, threshold).is_met
    assert not Rate(rate.needed - 1, held, planned, threshold).is_met


def test_the_share_is_of_all_planned() -> None:
    assert Rate(3, 4, 12, 80).share == 0.25
    assert Rate(0, 0, 0, 80).share == 0


def test_the_rate_of_a_person_leaves_out_what_is_cancelled_and_counts_what_is_closed(
    app: Flask, db: Any, cohort: Cohort, members: list[Enrolment], bilal: Person
) -> None:
    meeting = plan(db, cohort, bilal, first=TODAY, last=TODAY + DAY)
    first, second, third, fourth = meeting.half_days
    with app.test_request_context("/fr/"):
        services.meetings.cancel(db, fourth, actor_id=bilal.id, now=NOW)
    database.commit()
    for half_day in (first, second):
        take(db, half_day, bilal, {members[0]: Status.PRESENT, members[1]: Status.EXCUSED})
    take(db, third, bilal, dict.fromkeys(members, Status.PRESENT))
    close(db, first, bilal)

    # Nothing counts before the closing; somebody excused stays in the denominator.
    assert [own.rate_of(db, one, "concepts") for one in members[:2]] == [Rate(1, 1, 3, 80), Rate(0, 1, 3, 80)]
    close(db, second, bilal)
    assert own.rate_of(db, members[0], "concepts") == Rate(2, 2, 3, 80)
    assert [own.rate_of(db, one, "concepts").can_be_met for one in members[:2]] == [True, False]


def test_the_rate_of_a_module_takes_its_own_half_days_and_the_threshold_of_the_cohort(
    db: Any, cohort: Cohort, meeting: Meeting, members: list[Enrolment], bilal: Person
) -> None:
    cohort.attendance_percent = 60
    plan(db, cohort, bilal, first=TODAY + DAY, module="model")

    assert own.rate_of(db, members[0], "concepts") == Rate(0, 0, 2, 60)
    assert own.rate_of(db, members[0], "model") == Rate(0, 0, 2, 60)
    (whole,) = own.attendance(db, members[0].person_id)
    assert whole.rate == Rate(0, 0, 4, 60)
