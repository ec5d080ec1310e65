"""Item analysis: the worked example to the digit, its borders, and what must hold of any marks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.statistics import analysis as ia
from lms.quizzes.statistics.bands import (
    Analysis,
    Discrimination,
    Facility,
    Item,
    LanguageGap,
    NoAlpha,
    Sheet,
    Signal,
    Size,
)

#: Ten people, five questions.
EXAMPLE = ["11111", "11110", "11101", "11100", "11010", "11000", "10100", "10001", "01000", "00001"]
POSSIBLE = 5


def sheet(
    marks: Mapping[int, float | Decimal] | Sequence[float | Decimal],
    points: Mapping[int, int] | None = None,
    **more: Any,
) -> Sheet[int]:
    """Marks by question; a sequence is of questions 1, 2, … Every question is worth 1 unless it is said."""
    by_key = marks if isinstance(marks, Mapping) else dict(enumerate(marks, 1))
    return Sheet(by_key, {key: (points or {}).get(key, 1) for key in by_key}, **more)


def sheets(*rows: str) -> list[Sheet[int]]:
    return [sheet([float(mark) for mark in row]) for row in rows]


def item(p: float = 0.5, d: float | None = 0.5, gap: LanguageGap | None = None) -> Item:
    return Item(n=60, p=p, d=d, r_it=None, r_rest=None, gap=gap or LanguageGap(0, 0, None, None))


def column(analysis: Analysis[int], name: str) -> list[Any]:
    return [getattr(analysis.items[key], name) for key in sorted(analysis.items)]


@pytest.fixture(scope="module")
def example() -> Analysis[int]:
    return ia.analyse(sheets(*EXAMPLE), pass_share=0.6)


# The worked example


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


# Nobody, one person, nothing that varies


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


# Partial marks, points, drawn questions


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


# Upper and lower groups


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


# Bands


@pytest.mark.parametrize(
    ("p", "band", "signals"),
    [
        (0, Facility.TOO_HARD, (Signal.HARD,)), (0.1999, Facility.TOO_HARD, (Signal.HARD,)),
        (0.20, Facility.HARDER, ()), (0.3499, Facility.HARDER, ()),
        (0.35, Facility.FINE, ()), (0.80, Facility.FINE, ()),
        (0.8001, Facility.EASIER, ()), (0.95, Facility.EASIER, ()),
        (0.9501, Facility.TOO_EASY, (Signal.EASY,)), (1, Facility.TOO_EASY, (Signal.EASY,)),
    ],
)  # fmt: skip
def test_bands_of_p(p: float, band: Facility, signals: tuple[Signal, ...]) -> None:
    assert (item(p=p).facility, item(p=p).signals) == (band, signals)


@pytest.mark.parametrize(
    ("d", "band", "signals"),
    [
        (None, None, ()),
        (-0.0001, Discrimination.NEGATIVE, (Signal.NEGATIVE,)),
        (0, Discrimination.REVISE, (Signal.WEAK,)), (0.1999, Discrimination.REVISE, (Signal.WEAK,)),
        (0.20, Discrimination.WEAK, ()), (0.2999, Discrimination.WEAK, ()),
        (0.30, Discrimination.GOOD, ()), (0.3999, Discrimination.GOOD, ()),
        (0.40, Discrimination.VERY_GOOD, ()), (1, Discrimination.VERY_GOOD, ()),
    ],
)  # fmt: skip
def test_bands_of_d(d: float | None, band: Discrimination | None, signals: tuple[Signal, ...]) -> None:
    assert (item(d=d).discrimination, item(d=d).signals) == (band, signals)


@pytest.mark.parametrize(("right", "band"), [(4, Facility.HARDER), (7, Facility.FINE), (16, Facility.FINE),
                                             (17, Facility.EASIER), (19, Facility.EASIER)])  # fmt: skip
def test_a_p_that_was_computed_falls_on_its_border(right: int, band: Facility) -> None:
    assert ia.analyse(sheets(*["1"] * right, *["0"] * (20 - right))).items[1].facility == band


@pytest.mark.parametrize(
    ("upper", "lower", "band"),
    [(0.7, 0.4, Discrimination.GOOD), (0.8, 0.4, Discrimination.VERY_GOOD), (0.8, 0.6, Discrimination.WEAK)],
)
def test_a_d_that_was_computed_falls_on_its_border(upper: float, lower: float, band: Discrimination) -> None:
    """In binary fractions 0.7 − 0.4 is below 0.3, and 0.8 − 0.6 is above 0.2."""
    found = ia.analyse([sheet([upper, 1]), sheet([lower, 0])]).items[1]
    assert (found.d, found.discrimination) == (round(upper - lower, 1), band)


def test_signals_come_in_the_order_to_look_at() -> None:
    everything = item(p=0.1, d=-0.2, gap=LanguageGap(15, 15, 0.0, 0.5))
    assert everything.signals == (Signal.NEGATIVE, Signal.LANGUAGE, Signal.HARD)


@pytest.mark.parametrize(
    ("n", "size", "shows_rates"),
    [
        (0, Size.COUNTS_ONLY, False), (19, Size.COUNTS_ONLY, False),
        (20, Size.INDICATIVE, True), (49, Size.INDICATIVE, True),
        (50, Size.FULL, True),
    ],
)  # fmt: skip
def test_how_much_a_number_of_people_lets_one_say(n: int, size: Size, shows_rates: bool) -> None:
    found = ia.analyse(sheets(*["10"] * n))
    assert (found.size, found.shows_rates) == (size, shows_rates)


def test_a_drawn_question_has_a_size_of_its_own() -> None:
    found = ia.analyse([*[sheet({1: 1, 2: 0})] * 19, *[sheet({1: 1})] * 31])
    assert (found.size, found.items[1].size, found.items[2].size) == (Size.FULL, Size.FULL, Size.COUNTS_ONLY)


@pytest.mark.parametrize(("alpha", "reliable"), [(0.6999, False), (0.70, True), (None, None)])
def test_from_which_alpha_a_test_may_certify(alpha: float | None, reliable: bool | None) -> None:
    found = Analysis[int](9, 0.5, 0.5, 0.1, 0.1, None, alpha, None, (), {})
    assert found.is_reliable is reliable


def test_a_negative_alpha_is_said_as_it_is() -> None:
    found = ia.analyse(sheets("10", "01", "11", "01", "10"))
    assert found.alpha is not None
    assert found.alpha < 0
    assert found.sem is not None
    assert found.standard_deviation is not None
    assert found.sem > found.standard_deviation


# Two languages


@pytest.mark.parametrize(
    ("n_ar", "n_fr", "flagged"), [(15, 15, True), (14, 15, False), (15, 14, False), (14, 400, False)]
)
def test_a_language_gap_needs_15_people_in_each(n_ar: int, n_fr: int, flagged: bool) -> None:
    gap = ia.language_gap({"ar": [0.25] * n_ar, "fr": [0.75] * n_fr})
    assert (gap.n_ar, gap.n_fr, gap.difference, gap.is_flagged) == (n_ar, n_fr, -0.5, flagged)


@pytest.mark.parametrize(
    ("ar", "fr", "flagged"),
    [(0.40, 0.60, False), (0.60, 0.40, False), (0.6, 0.8, False), (0.39, 0.60, True), (0.60, 0.39, True)],
)
def test_a_language_gap_is_more_than_20_points_either_way(ar: float, fr: float, flagged: bool) -> None:
    assert ia.language_gap({"ar": [ar] * 20, "fr": [fr] * 20}).is_flagged is flagged


def test_a_language_without_answers_has_no_p() -> None:
    gap = ia.language_gap({"fr": [Decimal(1)] * 20})
    assert (gap.n_ar, gap.p_ar, gap.p_fr, gap.difference, gap.is_flagged) == (0, None, 1, None, False)


def test_the_language_is_that_of_the_answer() -> None:
    """One person may answer in both; what was not answered is in neither."""
    both = sheet([1, 0], langs={1: "ar", 2: "fr"})
    found = ia.analyse([both] * 15 + [sheet([0, 0], langs={1: "fr", 2: None})] * 15)
    first, second = found.items[1].gap, found.items[2].gap
    assert (first.n_ar, first.p_ar, first.n_fr, first.p_fr) == (15, 1, 15, 0)
    assert (second.n_ar, second.n_fr) == (0, 15)
    assert Signal.LANGUAGE in found.items[1].signals
    assert Signal.LANGUAGE not in found.items[2].signals


# Options


def chose(option: str | None, total: float, lang: str) -> Sheet[int]:
    """Question 1 with options, and a second one that sets the total."""
    said = {} if option is None else {"langs": {1: lang}, "chosen": {1: (option,)}}
    return sheet([total, total], **said)


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


# Time


def test_typical_time_is_the_middle_one() -> None:
    times = {1: [30, 3600, 40], 2: [Decimal(10), Decimal(15)], 3: []}
    assert ia.median_seconds(times) == {1: 40, 2: 12.5, 3: None}


# Of any marks


def numbers(value: Any) -> Iterator[Any]:
    """Every number in a value and in its fields."""
    if is_dataclass(value):
        value = [getattr(value, one.name) for one in fields(value)]
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from numbers(part)
    elif isinstance(value, int | float):
        yield value


MARK = st.floats(0, 1) | st.sampled_from([0, 0.5, 1, 1e-300, 1e-12, 1 - 1e-12])
ANY_SHEET = st.dictionaries(st.integers(1, 4), st.tuples(MARK, st.sampled_from([0, 1, 2, 7]))).map(
    lambda found: Sheet(
        {key: mark for key, (mark, _points) in found.items()}, {key: points for key, (_mark, points) in found.items()}
    )
)
RIGHT_OR_WRONG = st.integers(2, 6).flatmap(
    lambda count: st.lists(st.text("01", min_size=count, max_size=count), min_size=2, max_size=30)
)


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
