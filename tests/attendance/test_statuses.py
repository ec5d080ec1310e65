"""What counts as attended."""

from __future__ import annotations

import pytest

from lms.attendance.statuses import Status

LENGTH = 210


@pytest.mark.parametrize("status", [Status.LATE, Status.LEFT_EARLY])
@pytest.mark.parametrize(
    ("minutes", "length", "counts"),
    [(104, LENGTH, False), (105, LENGTH, True), (106, LENGTH, True), (0, LENGTH, False), (52, 105, False),
     (53, 105, True), (None, LENGTH, True), (720, LENGTH, True)],
)  # fmt: skip
def test_late_or_gone_early_counts_from_half_of_the_minutes_on(
    status: Status, minutes: int | None, length: int, counts: bool
) -> None:
    assert status.is_attended(minutes, length) is counts


@pytest.mark.parametrize(
    ("status", "counts"), [(Status.PRESENT, True), (Status.EXCUSED, False), (Status.ABSENT, False)]
)
@pytest.mark.parametrize("minutes", [None, 0, LENGTH])
def test_minutes_decide_of_nobody_else(status: Status, counts: bool, minutes: int | None) -> None:
    assert status.is_attended(minutes, LENGTH) is counts
    assert not status.has_minutes


@pytest.mark.parametrize(
    ("status", "minutes", "attended"),
    [(Status.PRESENT, None, LENGTH), (Status.PRESENT, 5, LENGTH), (Status.LATE, 40, 40), (Status.LATE, None, LENGTH),
     (Status.LEFT_EARLY, 999, LENGTH), (Status.EXCUSED, 40, 0), (Status.ABSENT, None, 0)],
)  # fmt: skip
def test_minutes_attended_lie_between_nothing_and_the_whole(status: Status, minutes: int | None, attended: int) -> None:
    assert status.minutes_of(minutes, LENGTH) == attended
