"""Bands, signals and languages: what a figure lets one say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lms.quizzes.statistics import analysis as ia
from lms.quizzes.statistics.bands import (
    Analysis,
    Discrimination,
    Facility,
    LanguageGap,
    Signal,
    Size,
)
from tests.quizzes.analysis.sheets import (
    item,
    sheet,
    sheets,
)


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
