"""The figures of a quiz and of its questions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

import pytest

from lms.quizzes.statistics import analysis as ia
from lms.quizzes.statistics.bands import (
    Analysis,
    NoAlpha,
    Signal,
    Size,
)
from tests.quizzes.analysis.sheets import (
    EXAMPLE,
    POSSIBLE,
    column,
    sheet,
    sheets,
)


def test_totals_of_the_example() -> None:
    totals = [one.total_share for one in sheets(*EXAMPLE)]
    assert totals == [total / POSSIBLE for total in (5, 4, 4, 3, 3, 2, 2, 2, 1, 1)]


def test_mean_median_and_variance_of_the_example(example: Analysis[int]) -> None:
    assert example.n == 10
    assert example.mean_share == 2.7 / POSSIBLE
    assert example.median_share == 2.5 / POSSIBLE
    assert example.variance == pytest.approx(1.61 / POSSIBLE**2)
    assert example.standard_deviation is not None
    assert round(example.standard_deviation * POSSIBLE, 4) == 1.3375


def test_alpha_and_error_of_measurement_of_the_example(example: Analysis[int]) -> None:
    assert example.alpha is not None
    assert example.sem is not None
    assert (round(example.alpha, 4), round(example.sem * POSSIBLE, 4)) == (0.4193, 1.0193)
    assert (example.why_no_alpha, example.is_reliable) == (None, False)


@pytest.mark.parametrize(
    ("name", "digits", "expected"),
    [
        ("n", 0, [10, 10, 10, 10, 10]),
        ("p", 4, [0.8, 0.7, 0.5, 0.3, 0.4]),
        ("d", 3, [0.667, 0.667, 1.0, 0.667, 0]),
        ("r_it", 4, [0.6699, 0.5331, 0.7093, 0.6707, 0.1930]),
        ("r_rest", 4, [0.4310, 0.1992, 0.4082, 0.3852, -0.1930]),
    ],
)
def test_questions_of_the_example(example: Analysis[int], name: str, digits: int, expected: Sequence[float]) -> None:
    assert [round(value, digits) for value in column(example, name)] == expected


def test_signals_of_the_example(example: Analysis[int]) -> None:
    assert column(example, "signals") == [(), (), (), (), (Signal.WEAK,)]


def test_who_passes_and_where_the_marks_lie(example: Analysis[int]) -> None:
    assert (example.passed_count, example.passed_share) == (5, 0.5)
    assert [(one.lower, one.upper) for one in example.bins] == [(low, low + 2) for low in range(0, 20, 2)]
    # 4, 8, 12, 16 and 20 out of 20 are the lower ends of their bins; the last bin holds 20.
    assert [one.count for one in example.bins] == [0, 0, 2, 0, 3, 0, 2, 0, 2, 1]
    assert [one.passed_count for one in example.bins] == [0, 0, 0, 0, 0, 0, 2, 0, 2, 1]


def test_ten_people_have_numbers_that_are_not_shown(example: Analysis[int]) -> None:
    assert example.size == Size.COUNTS_ONLY
    assert not example.shows_rates
    assert not example.items[1].shows_rates


@pytest.mark.parametrize("tenths", range(11))
def test_a_tenth_of_all_points_begins_a_bin(tenths: int) -> None:
    counts = [one.count for one in ia.analyse([sheet([Decimal(tenths) / 10])]).bins]
    assert counts.index(1) == min(tenths, 9)


def test_nobody_is_counted_and_nothing_else_is_said() -> None:
    nobody = ia.analyse([], pass_share=0.6)
    assert (nobody.n, nobody.passed_count, dict(nobody.items)) == (0, 0, {})
    assert {nobody.mean_share, nobody.median_share, nobody.variance, nobody.standard_deviation} == {None}
    assert {nobody.passed_share, nobody.alpha, nobody.sem, nobody.is_reliable} == {None}
    assert nobody.why_no_alpha == NoAlpha.TOO_FEW_PEOPLE
    assert sum(one.count for one in nobody.bins) == 0


def test_one_person_has_a_mark_and_no_spread() -> None:
    alone = ia.analyse(sheets("110"))
    assert (alone.n, alone.mean_share, alone.variance) == (1, pytest.approx(2 / 3), 0)
    assert (alone.standard_deviation, alone.alpha, alone.sem) == (None, None, None)
    assert alone.why_no_alpha == NoAlpha.TOO_FEW_PEOPLE
    assert (column(alone, "p"), column(alone, "d")) == ([1, 1, 0], [None] * 3)
    assert column(alone, "r_it") == column(alone, "r_rest") == [None] * 3


def test_without_a_pass_mark_nobody_is_said_to_pass() -> None:
    free = ia.analyse(sheets("10", "11"))
    assert (free.passed_count, free.passed_share, free.bins[0].passed_count) == (None, None, None)


def test_a_question_that_all_answer_alike_tells_nobody_apart() -> None:
    found = ia.analyse(sheets("110", "101", "100", "111"))
    assert (found.items[1].d, found.items[1].r_it, found.items[1].r_rest) == (None, None, None)
    assert found.items[1].signals == (Signal.EASY,)
    assert found.items[2].r_it is not None


def test_equal_totals_leave_no_order_to_compare_by() -> None:
    found = ia.analyse(sheets("10", "01", "10", "01"))
    assert (found.alpha, found.why_no_alpha, found.sem) == (None, NoAlpha.SAME_TOTALS, None)
    assert (found.variance, found.standard_deviation) == (0, 0)
    assert (found.items[1].d, found.items[1].r_it, found.items[1].r_rest) == (None, None, -1)


def test_equal_totals_stay_equal_whatever_the_order_of_their_parts() -> None:
    """0.1 + 0.2 + 0.3 is not 0.3 + 0.2 + 0.1 in binary fractions."""
    found = ia.analyse([sheet([0.1, 0.2, 0.3]), sheet([0.3, 0.2, 0.1])])
    assert (found.variance, found.why_no_alpha, found.items[1].d) == (0, NoAlpha.SAME_TOTALS, None)


def test_a_test_of_one_question_has_no_rest_and_no_alpha() -> None:
    found = ia.analyse(sheets("1", "0", "1"))
    assert (found.alpha, found.why_no_alpha) == (None, NoAlpha.TOO_FEW_QUESTIONS)
    assert (found.items[1].r_it, found.items[1].r_rest) == (1, None)


def test_an_attempt_in_which_nothing_can_be_earned_is_left_out() -> None:
    found = ia.analyse([sheet({}), sheet([1], {1: 0}), *sheets("10")])
    assert (found.n, found.items[1].n) == (1, 1)


def test_partial_marks_count_as_parts() -> None:
    found = ia.analyse([sheet([1, 1, 0.5]), sheet([0.5, 0, 0.5]), sheet([0, 0, 0])])
    assert sheet([1, 1, 0.5]).total_share == pytest.approx(2.5 / 3)
    assert column(found, "p") == pytest.approx([0.5, 1 / 3, 1 / 3])
    # Population variances 1/6, 2/9 and 1/18 of the questions; totals 2.5, 1, 0 have 19/18.
    assert found.alpha == pytest.approx(3 / 2 * (1 - (1 / 6 + 2 / 9 + 1 / 18) / (19 / 18)))


def test_points_weigh_in_totals_and_alpha_and_not_in_p() -> None:
    points = {1: 3, 2: 1}
    found = ia.analyse([sheet(row, points) for row in ([1, 1], [1, 0], [0, 1], [0, 0])])
    assert (found.mean_share, column(found, "p")) == (0.5, [0.5, 0.5])
    assert [one.count for one in found.bins] == [1, 0, 1, 0, 0, 0, 0, 1, 0, 1]
    # Question variances 9/4 and 1/4 add up to the variance of the totals.
    assert found.alpha == 0
    assert (found.items[1].r_it, found.items[1].r_rest) == (pytest.approx(3 / math.sqrt(10)), 0)


def test_decimals_and_floats_give_the_same() -> None:
    marks = [["0.333333", "1"], ["0.666667", "0"], ["1", "0.5"]]
    as_decimals = ia.analyse([sheet([Decimal(mark) for mark in row]) for row in marks], pass_share=Decimal("0.6"))
    assert as_decimals == ia.analyse([sheet([float(mark) for mark in row]) for row in marks], pass_share=0.6)


def test_thirds_that_were_stored_with_six_digits_pass_like_the_stored_mark() -> None:
    """0.666667 + 0.666667 + 0.466665 of 3 is 0.5999997: the attempt stores 0.600000, and its person has passed."""
    found = ia.analyse([sheet([0.666667, 0.666667, 0.466665])], pass_share=0.6)
    assert (found.passed_count, found.bins[6].count) == (1, 1)


def test_a_drawn_question_rests_on_those_who_had_it() -> None:
    found = ia.analyse([sheet({1: 1, 2: 1}), sheet({1: 0, 3: 1}), sheet({2: 0, 3: 0})])
    assert {key: one.n for key, one in found.items.items()} == {1: 2, 2: 2, 3: 2}
    assert column(found, "p") == [0.5, 0.5, 0.5]
    assert column(found, "d") == [1, 1, 1]
    assert (found.alpha, found.why_no_alpha) == (None, NoAlpha.DIFFERENT_QUESTIONS)


def test_the_rest_is_of_the_own_attempt() -> None:
    """Rests 1 of 1, 1 of 2 and 0 of 1: in points the second would equal the first."""
    found = ia.analyse([sheet({1: 1, 2: 1}), sheet({1: 0.5, 2: 1, 3: 0}), sheet({1: 0, 3: 0})])
    assert found.items[1].r_rest == 1


def test_those_without_a_rest_are_left_out_of_its_correlation() -> None:
    with_rest = [sheet([1, 1]), sheet([0, 0]), sheet([1, 0])]
    found = ia.analyse([*with_rest, sheet({1: 0})])
    assert found.items[1].n == 4
    assert found.items[1].r_rest == ia.analyse(with_rest).items[1].r_rest == 0.5


def test_one_question_with_other_points_is_another_test() -> None:
    found = ia.analyse([sheet([1, 0]), sheet([0, 0], {1: 2})])
    assert found.why_no_alpha == NoAlpha.DIFFERENT_QUESTIONS


def test_of_a_tie_at_the_border_who_comes_first_is_in_the_upper_group() -> None:
    """Four people have one person in each group; both ties are of two."""
    rows = sheets("110", "101", "010", "001")
    assert column(ia.analyse(rows), "d") == [1, 1, -1]
    assert column(ia.analyse(rows[::-1]), "d") == [1, -1, 1]


@pytest.mark.parametrize(
    ("n", "size"),
    [(2, 1), (5, 1), (6, 2), (9, 2), (10, 3), (49, 13), (50, 14), (100, 27), (150, 41)],
)
def test_groups_are_27_percent_and_half_a_person_counts_as_one(n: int, size: int) -> None:
    """The best has all and the next ones nothing: D of the question only the best has right is one of the group."""
    rows = [sheet([1, 1, 1]), *[sheet([0, 1, 0])] * (n - 2), sheet([0, 0, 0])]
    assert ia.analyse(rows).items[1].d == pytest.approx(1 / size)


def test_a_wrong_key_shows_as_negative() -> None:
    found = ia.analyse(sheets("0111", "0110", "1000", "1000"))
    assert found.items[1].d == -1
    assert found.items[1].r_rest is not None
    assert found.items[1].r_rest < 0
    assert found.items[1].signals == (Signal.NEGATIVE,)
