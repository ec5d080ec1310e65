"""Options, times, and what holds of any marks."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.statistics import analysis as ia
from lms.quizzes.statistics.bands import (
    NoAlpha,
    Sheet,
)
from tests.quizzes.analysis.sheets import (
    ANY_SHEET,
    RIGHT_OR_WRONG,
    chose,
    numbers,
    sheet,
    sheets,
)


def test_options_by_who_chose_them() -> None:
    rows = [
        chose("a", 1, "ar"),
        chose("a", 0.5, "fr"),
        chose("b", 0, "fr"),
        chose("b", 0.5, "fr"),
        chose(None, 0, "fr"),
    ]
    a, b, c = ia.options(rows, 1, "abc")
    assert (a.key, a.count, a.share, a.mean_total_share, a.ar_share) == ("a", 2, 0.5, 0.75, 1)
    assert (b.count, b.share, b.mean_total_share, b.ar_share) == (2, 0.5, 0.25, 0)
    assert (a.fr_share, b.fr_share) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert (c.count, c.share, c.mean_total_share, c.is_functional) == (0, 0, None, False)


def test_several_options_may_be_chosen_at_once() -> None:
    rows = [sheet([1], chosen={1: ("a", "b")}), sheet([0], chosen={1: ("b",)}), sheet([0], chosen={1: ()})]
    assert [(one.count, one.share) for one in ia.options(rows, 1, "ab")] == [
        (1, pytest.approx(1 / 3)),
        (2, pytest.approx(2 / 3)),
    ]


@pytest.mark.parametrize(("n", "functional"), [(19, True), (20, True), (21, False)])
def test_a_distractor_works_from_five_percent_on(n: int, functional: bool) -> None:
    rows = [chose("b", 0, "ar"), *[chose("a", 1, "ar")] * (n - 1)]
    assert ia.options(rows, 1, "ab")[1].is_functional is functional


def test_options_nobody_answered_have_no_shares() -> None:
    (option,) = ia.options([chose(None, 0, "ar")], 1, "a")
    assert (option.count, option.is_functional) == (0, None)
    assert {option.share, option.mean_total_share, option.ar_share, option.fr_share} == {None}


def test_an_attempt_in_which_nothing_can_be_earned_has_no_part_in_the_mean_total_of_an_option() -> None:
    rows = [chose("a", 1, "ar"), sheet([1], {1: 0}, chosen={1: ("a",)})]
    (option,) = ia.options(rows, 1, "a")
    assert (option.count, option.mean_total_share) == (2, 1)


def test_typical_time_is_the_middle_one() -> None:
    times = {1: [30, 3600, 40], 2: [Decimal(10), Decimal(15)], 3: []}
    assert ia.median_seconds(times) == {1: 40, 2: 12.5, 3: None}


@given(st.lists(ANY_SHEET, max_size=12))
def test_every_number_is_finite(rows: list[Sheet[int]]) -> None:
    found = ia.analyse(rows, pass_share=0.6)

    assert all(math.isfinite(number) for number in [*numbers(found), found.sem or 0])
    assert sum(one.count for one in found.bins) == found.n
    for one in found.items.values():
        assert 0 <= one.p <= 1
        assert all(value is None or -1 <= value <= 1 for value in (one.d, one.r_it, one.r_rest))


@given(RIGHT_OR_WRONG)
def test_alpha_of_right_and_wrong_is_kr_20(rows: list[str]) -> None:
    found = ia.analyse(sheets(*rows))

    count, totals = len(rows[0]), [row.count("1") for row in rows]
    variance = sum(total * total for total in totals) / len(rows) - (sum(totals) / len(rows)) ** 2
    if len(set(totals)) == 1:
        assert found.why_no_alpha == NoAlpha.SAME_TOTALS
    else:
        pq = sum(one.p * (1 - one.p) for one in found.items.values())
        assert found.alpha == pytest.approx(count / (count - 1) * (1 - pq / variance), abs=1e-9)


@given(RIGHT_OR_WRONG)
def test_the_order_of_questions_changes_nothing(rows: list[str]) -> None:
    there = [
        Sheet(dict(enumerate(row)), dict.fromkeys(range(len(row)), 1)) for row in ([*map(int, row)] for row in rows)
    ]
    back = [Sheet(dict(reversed(one.marks.items())), one.points) for one in there]
    assert ia.analyse(there) == ia.analyse(back)
