"""What item analysis gives: questions, options and a whole quiz in figures, and the bands these fall in.

All marks are shares from 0 to 1; a page multiplies by 20. A value that is undefined (too few people, nothing varies) is
None, never 0. Numbers are always computed: ``shows_rates`` says whether there are people enough to show them. Bands of
D: Ebel, Essentials of Educational Measurement.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

from lms.quizzes.statistics import figures
from lms.quizzes.statistics.figures import Number

K = TypeVar("K", bound=Hashable)

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
        return figures.share(self.earned, self.possible)


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
        return None if self.p_ar is None or self.p_fr is None else figures.clean(self.p_ar - self.p_fr)

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
        return figures.clean(self.standard_deviation * math.sqrt(max(0.0, 1 - self.alpha)))

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
