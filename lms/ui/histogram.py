"""A histogram as SVG made on the server: how many people have which mark, and on which side of the pass mark.

The axis runs from left to right in both languages, as marks do in Moroccan schoolbooks. Columns below the pass mark
are dotted, the others solid: nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from lms.core.i18n import number
from lms.ui.svg import name_of, opening, patterns, rect, text


@dataclass(frozen=True)
class Column:
    """People with a value from ``lower`` up to ``upper``; of these so many reach the threshold."""

    lower: int
    upper: int
    count: int
    reached: int


@dataclass(frozen=True)
class _Shape:
    width: int
    height: int
    text: int


SHAPES = (("wide", _Shape(620, 250, 13)), ("narrow", _Shape(320, 230, 13)))
SIDE, ABOVE, BELOW = 12, 34, 26
GAP = 6


def histogram(
    columns: Sequence[Column],
    *,
    lang: str,
    title: str,
    description: str,
    threshold: tuple[float, str] | None = None,
) -> Markup:
    """The columns with their counts above and the edges below. ``threshold``: where the line stands, and its words."""
    drawn = [
        f'<div class="chart-{size}">{_draw(columns, shape, size, lang, title, description, threshold)}</div>'
        for size, shape in SHAPES
    ]
    return Markup('<div class="chart">{}</div>').format(Markup("".join(drawn)))


def _draw(
    columns: Sequence[Column],
    shape: _Shape,
    size: str,
    lang: str,
    title: str,
    description: str,
    threshold: tuple[float, str] | None,
) -> str:
    name = name_of(None, lang, title, (columns, threshold), size)
    first, last = columns[0].lower, columns[-1].upper
    top = max((one.count for one in columns), default=0) or 1
    floor = shape.height - BELOW

    def x(value: float) -> float:
        return round(SIDE + (shape.width - 2 * SIDE) * (value - first) / (last - first), 1)

    def height(count: int) -> float:
        return round((floor - ABOVE - 16) * count / top, 1)

    parts = [
        opening(name, shape.width, shape.height, title, description),
        f"<defs>{patterns(name, ['unknown'])}</defs>",
    ]
    for one in columns:
        left, width = x(one.lower) + GAP / 2, x(one.upper) - x(one.lower) - GAP
        below, reached = height(one.count - one.reached), height(one.reached)
        if below:
            parts.append(rect(name, "unknown", left, floor - below, width, below))
        if reached:
            parts.append(rect(name, "total", left, round(floor - below - reached, 1), width, reached))
        above = floor - below - reached - 6
        parts.append(text(left + width / 2, above, number(one.count, 0, lang), "t-strong", shape.text, "middle", "ltr"))
        parts.append(_edge(x(one.lower), one.lower, floor, shape, lang))
    parts.append(_edge(x(last), last, floor, shape, lang))
    parts.append(f'<line class="axis" x1="{SIDE}" x2="{shape.width - SIDE}" y1="{floor}" y2="{floor}"/>')
    if threshold is not None:
        parts.append(_threshold(x(threshold[0]), threshold[1], floor, shape, lang))
    return "".join([*parts, "</svg>"])


def _edge(x: float, value: int, floor: float, shape: _Shape, lang: str) -> str:
    return text(x, floor + 18, number(value, 0, lang), "t-muted", shape.text, "middle", "ltr")


def _threshold(x: float, words: str, floor: float, shape: _Shape, lang: str) -> str:
    """The line of the pass mark, its words on the side where there is room."""
    on_the_left = x > shape.width / 2
    direction = "rtl" if lang == "ar" else "ltr"
    # An anchor is told from where the words begin.
    anchor = "end" if on_the_left == (direction == "ltr") else "start"
    words_at = text(x - 8 if on_the_left else x + 8, ABOVE - 18, words, "t-strong", shape.text, anchor, direction)
    return f'<line class="threshold" x1="{x}" x2="{x}" y1="{ABOVE - 14}" y2="{floor}"/>{words_at}'
