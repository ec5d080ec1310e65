"""Attempts as rows of marks, and the example of the domain notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from lms.quizzes.statistics.bands import (
    Analysis,
    Item,
    LanguageGap,
    Sheet,
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


def chose(option: str | None, total: float, lang: str) -> Sheet[int]:
    """Question 1 with options, and a second one that sets the total."""
    said = {} if option is None else {"langs": {1: lang}, "chosen": {1: (option,)}}
    return sheet([total, total], **said)


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
