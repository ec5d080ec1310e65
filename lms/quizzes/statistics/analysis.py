"""Item analysis: what the marks of a quiz say of its questions. Pure functions of marks, without people or database."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lms.quizzes.statistics import figures
from lms.quizzes.statistics.bands import Analysis, Bin, Item, K, LanguageGap, NoAlpha, Option, Sheet
from lms.quizzes.statistics.figures import NOISE, Number

#: Digits of a stored mark. Who passes is decided on these.
STORED_DIGITS = 6

#: Upper and lower group, in percent of the people.
GROUP_PERCENT = 27
BIN_COUNT, BIN_WIDTH = 10, 2


def analyse(sheets: Iterable[Sheet[K]], *, pass_share: Number | None = None) -> Analysis[K]:
    """The analysis of a quiz by one attempt of each person.

    Of people with equal totals those who come first in ``sheets`` rank first: give them in an order that stays, or D
    changes between two readings. Attempts in which nothing can be earned are left out.
    """
    counted = [sheet for sheet in sheets if sheet.total_share is not None]
    totals, columns = [_total(sheet) for sheet in counted], _columns(counted)
    alpha, why_no_alpha = _alpha(counted, columns)
    variance = figures.variance(totals)
    bins = _bins([(_total(sheet), _passes(sheet, pass_share)) for sheet in counted])
    return Analysis(
        n=len(totals),
        mean_share=figures.mean(totals),
        median_share=figures.clean(statistics.median(totals)) if totals else None,
        variance=variance,
        standard_deviation=figures.standard_deviation(variance, len(totals)),
        passed_count=_passed_count(bins, is_told=pass_share is not None),
        alpha=alpha,
        why_no_alpha=why_no_alpha,
        bins=bins,
        items={key: _item(column) for key, column in columns.items()},
    )


def language_gap(by_lang: Mapping[str, Sequence[Number]]) -> LanguageGap:
    """How one question did in Arabic and in French, from its marks by ``ar`` and ``fr``."""
    ar, fr = by_lang.get("ar", ()), by_lang.get("fr", ())
    return LanguageGap(len(ar), len(fr), figures.mean(ar), figures.mean(fr))


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
        p=figures.clean(math.fsum(marks) / len(marks)),
        d=_upper_minus_lower(marks, totals),
        r_it=figures.correlation(marks, totals),
        r_rest=figures.correlation(beside_rests, rests),
        gap=language_gap({lang: _in_language(column, lang) for lang in ("ar", "fr")}),
    )


def _in_language(column: _Column, lang: str) -> list[float]:
    return [mark for mark, its in zip(column.marks, column.langs, strict=True) if its == lang]


def _upper_minus_lower(marks: Sequence[float], totals: Sequence[float]) -> float | None:
    """D from marks in the order of falling totals. Half a person counts as one."""
    size = (GROUP_PERCENT * len(marks) + 50) // 100
    if not size or not figures.varies(marks) or not figures.varies(totals):
        return None
    return figures.clean((math.fsum(marks[:size]) - math.fsum(marks[-size:])) / size)


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
    of_totals = figures.variance([sheet.earned for sheet in sheets])
    if not of_totals:
        return None, NoAlpha.SAME_TOTALS
    of_items = [
        float(first.points[key]) ** 2 * (figures.variance(column.marks) or 0.0) for key, column in columns.items()
    ]
    return figures.clean(count / (count - 1) * (1 - math.fsum(of_items) / of_totals)), None


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
        share=figures.share(len(chose), len(answered)),
        mean_total_share=figures.mean([_total(sheet) for sheet in chose if sheet.total_share is not None]),
        ar_share=figures.share(_count_in("ar", key, chose), _count_in("ar", key, answered)),
        fr_share=figures.share(_count_in("fr", key, chose), _count_in("fr", key, answered)),
    )


def _count_in(lang: str, key: K, sheets: Iterable[Sheet[K]]) -> int:
    return sum(sheet.langs.get(key) == lang for sheet in sheets)


def _total(sheet: Sheet[K]) -> float:
    return sheet.total_share or 0.0
