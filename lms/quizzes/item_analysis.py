"""Item analysis: what the marks of a quiz say of its questions. Pure functions of marks, without people or database.

All marks are shares from 0 to 1; a page multiplies by 20. A value that is undefined (too few people, nothing varies) is
None, never 0. Numbers are always computed: ``shows_rates`` says whether there are people enough to show them. Bands of
D: Ebel, Essentials of Educational Measurement.
"""

from __future__ import annotations

import enum
import math
import statistics
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
Number = float | Decimal

#: Digits that mean something: beyond them 0.7 − 0.4 is not 0.3, and equal sums differ by the order of their parts.
DIGITS = 12
#: A smaller difference is none.
NOISE = 1e-12
#: Digits of a stored mark. Who passes is decided on these.
STORED_DIGITS = 6

#: Fewer people are recognised in their counts.
COUNTS_FROM = 10
INDICATIVE_FROM, FULL_FROM = 20, 50
TOO_HARD_BELOW, FINE_FROM, FINE_TO, TOO_EASY_ABOVE = 0.20, 0.35, 0.80, 0.95
WEAK_FROM, GOOD_FROM, VERY_GOOD_FROM = 0.20, 0.30, 0.40
#: r of a question that works against the rest of the test.
CLEARLY_NEGATIVE = -0.20
#: Alpha that a test needs to certify anything.
RELIABLE_FROM = 0.70
LANGUAGE_GAP_ABOVE, LANGUAGE_PEOPLE_FROM = 0.20, 15
FUNCTIONAL_FROM = 0.05
#: Upper and lower group, in percent of the people.
GROUP_PERCENT = 27
BIN_COUNT, BIN_WIDTH = 10, 2


class Size(enum.StrEnum):
    """How much a number of people lets one say."""

    COUNTS_ONLY = "counts-only"
    INDICATIVE = "indicative"
    FULL = "full"


class Facility(enum.StrEnum):
    """Band of p, the share of its points that a question gave."""

    TOO_HARD = "too-hard"
    HARDER = "harder"
    FINE = "fine"
    EASIER = "easier"
    TOO_EASY = "too-easy"


class Discrimination(enum.StrEnum):
    """Band of D, how far a question tells the strongest from the weakest."""

    NEGATIVE = "negative"
    REVISE = "revise"
    WEAK = "weak"
    GOOD = "good"
    VERY_GOOD = "very-good"


class Signal(enum.StrEnum):
    """Why a question is worth a look. The first to look at comes first."""

    #: The strongest miss it: its key is the first suspect.
    NEGATIVE = "negative"
    #: It is harder in one language: its translation is the first suspect.
    LANGUAGE = "language"
    HARD = "hard"
    #: It hardly tells people apart.
    WEAK = "weak"
    EASY = "easy"


class NoAlpha(enum.StrEnum):
    """Why there is no alpha."""

    TOO_FEW_PEOPLE = "too-few-people"
    TOO_FEW_QUESTIONS = "too-few-questions"
    DIFFERENT_QUESTIONS = "different-questions"
    SAME_TOTALS = "same-totals"


@dataclass(frozen=True)
class Sheet(Generic[K]):
    """What one person did in one attempt, by question."""

    #: 0 to 1. A question that was asked and not answered is 0; one that was not asked is absent.
    marks: Mapping[K, Number]
    #: What each of these questions is worth; people with the same questions may share one mapping.
    points: Mapping[K, Number]
    #: ``ar`` or ``fr``, where the question was answered.
    langs: Mapping[K, str | None] = field(default_factory=dict)
    #: Keys of the options chosen, where the question has options and was answered.
    chosen: Mapping[K, Sequence[str]] = field(default_factory=dict)

    #: The mark of the whole attempt as it was given, where it is more than the sum of its questions.
    score: Number | None = None
    #: Whether that mark passed, by the pass mark that held for this person.
    has_passed: bool | None = None

    @cached_property
    def earned(self) -> float:
        return sum(float(mark) * float(self.points[key]) for key, mark in self.marks.items())

    @cached_property
    def possible(self) -> float:
        return sum(float(self.points[key]) for key in self.marks)

    @cached_property
    def total_share(self) -> float | None:
        """Points earned of all possible; None when no question is worth anything."""
        if self.score is not None:
            return float(self.score)
        return _share(self.earned, self.possible)


@dataclass(frozen=True)
class LanguageGap:
    """One question in its two languages."""

    n_ar: int
    n_fr: int
    p_ar: float | None
    p_fr: float | None

    @property
    def difference(self) -> float | None:
        """Arabic minus French."""
        return None if self.p_ar is None or self.p_fr is None else _clean(self.p_ar - self.p_fr)

    @property
    def is_flagged(self) -> bool:
        if self.difference is None or min(self.n_ar, self.n_fr) < LANGUAGE_PEOPLE_FROM:
            return False
        return abs(self.difference) > LANGUAGE_GAP_ABOVE


class _OfPeople:
    """Something known of n people."""

    n: int

    @property
    def size(self) -> Size:
        return size_of(self.n)

    @property
    def shows_counts(self) -> bool:
        """Whether anything may be shown: of fewer people each is recognised."""
        return self.n >= COUNTS_FROM

    @property
    def shows_rates(self) -> bool:
        """Whether anything but counts may be shown."""
        return self.size != Size.COUNTS_ONLY


@dataclass(frozen=True)
class Item(_OfPeople):
    """One question, by the people who had it."""

    n: int
    #: Mean mark.
    p: float
    #: Mean mark of the upper 27 % minus that of the lower 27 %.
    d: float | None
    #: Correlation with the whole attempt, the question included: too high in short tests.
    r_it: float | None
    #: Correlation with the rest of each person's own attempt.
    r_rest: float | None
    gap: LanguageGap

    @property
    def facility(self) -> Facility:
        if self.p < TOO_HARD_BELOW:
            return Facility.TOO_HARD
        if self.p < FINE_FROM:
            return Facility.HARDER
        if self.p <= FINE_TO:
            return Facility.FINE
        return Facility.EASIER if self.p <= TOO_EASY_ABOVE else Facility.TOO_EASY

    @property
    def discrimination(self) -> Discrimination | None:
        if self.d is None:
            return None
        if self.d < 0:
            return Discrimination.NEGATIVE
        if self.d < WEAK_FROM:
            return Discrimination.REVISE
        if self.d < GOOD_FROM:
            return Discrimination.WEAK
        return Discrimination.GOOD if self.d < VERY_GOOD_FROM else Discrimination.VERY_GOOD

    @property
    def is_negative(self) -> bool:
        """Whether the strongest miss it: by D, or by a clear r where the groups of D hold a handful of people."""
        return self.discrimination == Discrimination.NEGATIVE or (
            self.r_rest is not None and self.r_rest <= CLEARLY_NEGATIVE
        )

    @property
    def signals(self) -> tuple[Signal, ...]:
        """Why to look at the question, in the order of ``Signal``; empty: nothing to look at."""
        found = {
            Signal.NEGATIVE: self.is_negative,
            Signal.LANGUAGE: self.gap.is_flagged,
            Signal.HARD: self.facility == Facility.TOO_HARD,
            Signal.WEAK: self.discrimination == Discrimination.REVISE and not self.is_negative,
            Signal.EASY: self.facility == Facility.TOO_EASY,
        }
        return tuple(signal for signal, holds in found.items() if holds)


@dataclass(frozen=True)
class Bin:
    """People with a mark out of 20 from ``lower`` on and below ``upper``; the last bin holds 20 too."""

    lower: int
    upper: int
    count: int
    #: Of these, how many reach the pass mark; None without one.
    passed_count: int | None


@dataclass(frozen=True)
class Analysis(_OfPeople, Generic[K]):
    """A quiz by all people who took it."""

    n: int
    mean_share: float | None
    median_share: float | None
    #: Of the totals, over n; 0 when all are equal.
    variance: float | None
    #: Of the totals, over n − 1: the people are a sample of all who may take the test.
    standard_deviation: float | None
    #: None without a pass mark.
    passed_count: int | None
    #: Cronbach's; the same as KR-20 where marks are 0 or 1. May be negative.
    alpha: float | None
    why_no_alpha: NoAlpha | None
    #: Ten, from 0 to 20.
    bins: tuple[Bin, ...]
    #: By question. Their order says nothing.
    items: Mapping[K, Item]

    @property
    def passed_share(self) -> float | None:
        return None if self.passed_count is None or not self.n else self.passed_count / self.n

    @property
    def sem(self) -> float | None:
        """Standard error of measurement: how far a mark lies from the true one, as a share."""
        if self.alpha is None or self.standard_deviation is None:
            return None
        return _clean(self.standard_deviation * math.sqrt(max(0.0, 1 - self.alpha)))

    @property
    def is_reliable(self) -> bool | None:
        """Whether the test is even enough to certify; None without alpha."""
        return None if self.alpha is None else self.alpha >= RELIABLE_FROM


@dataclass(frozen=True)
class Option:
    """One option of a question, by the people who answered it."""

    key: str
    count: int
    #: Of the answers; where several may be chosen, shares add up to more than 1.
    share: float | None
    #: Mean total of the attempts in which it was chosen.
    mean_total_share: float | None
    ar_share: float | None
    fr_share: float | None

    @property
    def is_functional(self) -> bool | None:
        """Whether enough people chose it to be worth its place; None without answers."""
        return None if self.share is None else self.share >= FUNCTIONAL_FROM


def size_of(n: int) -> Size:
    """What n people let one say."""
    if n < INDICATIVE_FROM:
        return Size.COUNTS_ONLY
    return Size.INDICATIVE if n < FULL_FROM else Size.FULL


def analyse(sheets: Iterable[Sheet[K]], *, pass_share: Number | None = None) -> Analysis[K]:
    """The analysis of a quiz by one attempt of each person.

    Of people with equal totals those who come first in ``sheets`` rank first: give them in an order that stays, or D
    changes between two readings. Attempts in which nothing can be earned are left out.
    """
    counted = [sheet for sheet in sheets if sheet.total_share is not None]
    totals, columns = [_total(sheet) for sheet in counted], _columns(counted)
    alpha, why_no_alpha = _alpha(counted, columns)
    variance = _variance(totals)
    bins = _bins([(_total(sheet), _passes(sheet, pass_share)) for sheet in counted])
    return Analysis(
        n=len(totals),
        mean_share=_mean(totals),
        median_share=_clean(statistics.median(totals)) if totals else None,
        variance=variance,
        standard_deviation=_standard_deviation(variance, len(totals)),
        passed_count=_passed_count(bins, is_told=pass_share is not None),
        alpha=alpha,
        why_no_alpha=why_no_alpha,
        bins=bins,
        items={key: _item(column) for key, column in columns.items()},
    )


def language_gap(by_lang: Mapping[str, Sequence[Number]]) -> LanguageGap:
    """How one question did in Arabic and in French, from its marks by ``ar`` and ``fr``."""
    ar, fr = by_lang.get("ar", ()), by_lang.get("fr", ())
    return LanguageGap(len(ar), len(fr), _mean(ar), _mean(fr))


def options(sheets: Iterable[Sheet[K]], key: K, offered: Iterable[str]) -> tuple[Option, ...]:
    """Who chose what in one question: one entry for each option offered, in that order."""
    answered = [sheet for sheet in sheets if key in sheet.chosen]
    return tuple(_option(option, key, answered) for option in offered)


def median_seconds(seconds: Mapping[K, Sequence[Number]]) -> dict[K, float | None]:
    """Typical time for each question; None where no time was taken."""
    return {key: statistics.median(map(float, times)) if times else None for key, times in seconds.items()}


@dataclass
class _Column:
    """One question down the sheets: four lists side by side, the highest total first."""

    marks: list[float] = field(default_factory=list)
    totals: list[float] = field(default_factory=list)
    #: What was earned of all else; None where nothing else is worth anything.
    rests: list[float | None] = field(default_factory=list)
    langs: list[str | None] = field(default_factory=list)


def _columns(sheets: Iterable[Sheet[K]]) -> dict[K, _Column]:
    """All questions in one walk over the sheets: a walk for each question takes three times as long."""
    found: dict[K, _Column] = {}
    for sheet in sorted(sheets, key=_total, reverse=True):
        total, earned, possible = _total(sheet), sheet.earned, sheet.possible
        for key, mark in sheet.marks.items():
            column = found.get(key) or found.setdefault(key, _Column())
            mark, points = float(mark), float(sheet.points[key])
            others = possible - points
            column.marks.append(mark)
            column.totals.append(total)
            column.rests.append((earned - mark * points) / others if others > NOISE else None)
            column.langs.append(sheet.langs.get(key))
    return found


def _item(column: _Column) -> Item:
    marks, totals = column.marks, column.totals
    rests = [rest for rest in column.rests if rest is not None]
    beside_rests = [mark for mark, rest in zip(marks, column.rests, strict=True) if rest is not None]
    return Item(
        n=len(marks),
        p=_clean(math.fsum(marks) / len(marks)),
        d=_upper_minus_lower(marks, totals),
        r_it=_correlation(marks, totals),
        r_rest=_correlation(beside_rests, rests),
        gap=language_gap({lang: _in_language(column, lang) for lang in ("ar", "fr")}),
    )


def _in_language(column: _Column, lang: str) -> list[float]:
    return [mark for mark, its in zip(column.marks, column.langs, strict=True) if its == lang]


def _upper_minus_lower(marks: Sequence[float], totals: Sequence[float]) -> float | None:
    """D from marks in the order of falling totals. Half a person counts as one."""
    size = (GROUP_PERCENT * len(marks) + 50) // 100
    if not size or not _varies(marks) or not _varies(totals):
        return None
    return _clean((math.fsum(marks[:size]) - math.fsum(marks[-size:])) / size)


def _alpha(sheets: Sequence[Sheet[K]], columns: Mapping[K, _Column]) -> tuple[float | None, NoAlpha | None]:
    """Alpha over the points earned, or why there is none."""
    if len(sheets) < 2:
        return None, NoAlpha.TOO_FEW_PEOPLE
    first = sheets[0]
    if any(sheet.marks.keys() != first.marks.keys() or sheet.points != first.points for sheet in sheets):
        return None, NoAlpha.DIFFERENT_QUESTIONS
    count = len(columns)
    if count < 2:
        return None, NoAlpha.TOO_FEW_QUESTIONS
    of_totals = _variance([sheet.earned for sheet in sheets])
    if not of_totals:
        return None, NoAlpha.SAME_TOTALS
    of_items = [float(first.points[key]) ** 2 * (_variance(column.marks) or 0.0) for key, column in columns.items()]
    return _clean(count / (count - 1) * (1 - math.fsum(of_items) / of_totals)), None


def _passes(sheet: Sheet[K], pass_share: Number | None) -> bool | None:
    """Whether an attempt passes: by its own pass mark, else by one for all; None without any."""
    if sheet.has_passed is not None or pass_share is None:
        return sheet.has_passed
    return round(_total(sheet), STORED_DIGITS) >= float(pass_share)


def _passed_count(bins: Sequence[Bin], *, is_told: bool) -> int | None:
    """How many pass; None where nobody has a pass mark."""
    told = [one.passed_count for one in bins if one.passed_count is not None]
    return sum(told) if told or is_told else None


def _bins(people: Sequence[tuple[float, bool | None]]) -> tuple[Bin, ...]:
    counts, passed = [0] * BIN_COUNT, [0] * BIN_COUNT
    for total, passes in people:
        place = min(int(round(round(total, STORED_DIGITS) * BIN_COUNT, STORED_DIGITS)), BIN_COUNT - 1)
        counts[place] += 1
        passed[place] += bool(passes)
    is_told = any(passes is not None for _total, passes in people)
    return tuple(
        Bin(place * BIN_WIDTH, (place + 1) * BIN_WIDTH, counts[place], passed[place] if is_told else None)
        for place in range(BIN_COUNT)
    )


def _option(option: str, key: K, answered: Sequence[Sheet[K]]) -> Option:
    chose = [sheet for sheet in answered if option in sheet.chosen[key]]
    return Option(
        key=option,
        count=len(chose),
        share=_share(len(chose), len(answered)),
        mean_total_share=_mean([_total(sheet) for sheet in chose if sheet.total_share is not None]),
        ar_share=_share(_count_in("ar", key, chose), _count_in("ar", key, answered)),
        fr_share=_share(_count_in("fr", key, chose), _count_in("fr", key, answered)),
    )


def _count_in(lang: str, key: K, sheets: Iterable[Sheet[K]]) -> int:
    return sum(sheet.langs.get(key) == lang for sheet in sheets)


def _total(sheet: Sheet[K]) -> float:
    return sheet.total_share or 0.0


def _clean(value: float) -> float:
    """Without the noise of binary fractions, and without a minus before zero."""
    return round(value, DIGITS) + 0.0


def _share(part: float, whole: float) -> float | None:
    return _clean(part / whole) if whole > NOISE else None


def _mean(values: Sequence[Number]) -> float | None:
    return _clean(math.fsum(map(float, values)) / len(values)) if values else None


def _varies(values: Sequence[float]) -> bool:
    return any(abs(value - values[0]) > NOISE for value in values)


def _variance(values: Sequence[float]) -> float | None:
    """Over n; None of nobody."""
    if not values:
        return None
    if not _varies(values):
        return 0.0
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) * (value - mean) for value in values) / len(values)


def _standard_deviation(variance: float | None, n: int) -> float | None:
    return None if variance is None or n < 2 else _clean(math.sqrt(variance * n / (n - 1)))


def _correlation(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    return _clean(statistics.correlation(xs, ys)) if _varies(xs) and _varies(ys) else None
