"""Means, spreads and correlations without the noise of binary fractions. What is undefined is None, never 0."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from decimal import Decimal

Number = float | Decimal

#: Digits that mean something: beyond them 0.7 − 0.4 is not 0.3, and equal sums differ by the order of their parts.
DIGITS = 12
#: A smaller difference is none.
NOISE = 1e-12


def clean(value: float) -> float:
    """Without the noise of binary fractions, and without a minus before zero."""
    return round(value, DIGITS) + 0.0


def share(part: float, whole: float) -> float | None:
    return clean(part / whole) if whole > NOISE else None


def mean(values: Sequence[Number]) -> float | None:
    return clean(math.fsum(map(float, values)) / len(values)) if values else None


def varies(values: Sequence[float]) -> bool:
    return any(abs(value - values[0]) > NOISE for value in values)


def variance(values: Sequence[float]) -> float | None:
    """Over n; None of nobody."""
    if not values:
        return None
    if not varies(values):
        return 0.0
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) * (value - mean) for value in values) / len(values)


def standard_deviation(variance: float | None, n: int) -> float | None:
    return None if variance is None or n < 2 else clean(math.sqrt(variance * n / (n - 1)))


def correlation(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    return clean(statistics.correlation(xs, ys)) if varies(xs) and varies(ys) else None
