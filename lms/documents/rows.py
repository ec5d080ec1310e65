"""Rows of a table over pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Row = TypeVar("Row")
#: Nobody stands, or signs, nearly alone on the last page.
LEAST = 5


def in_pages(rows: Sequence[Row], most: int) -> list[Sequence[Row]]:
    """Full pages, one after the other; the last takes some of the page before when it would hold few. One at least."""
    starts = list(range(0, len(rows), most)) or [0]
    lacking = LEAST - (len(rows) - starts[-1])
    if len(starts) > 1 and lacking > 0:
        starts[-1] -= lacking
    return [rows[start:end] for start, end in zip(starts, [*starts[1:], len(rows)], strict=True)]
