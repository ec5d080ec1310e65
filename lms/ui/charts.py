"""Charts as SVG made on the server: no grid, no legend where a label does, figures at the end of the bars.

Bars grow from the start of the reading direction, so from the right in Arabic. Colours and patterns come from
classes; women are solid, men hatched, so that nothing is told by colour alone. Each chart has a table twin.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from markupsafe import Markup, escape

from lms.core.i18n import number

HATCHED = ("men", "urban")


@dataclass(frozen=True)
class Row:
    """One bar, or one stack of parts. ``tone``: women, men, unknown, total, rural, urban."""

    label: str
    value: float
    tone: str = "total"
    #: For stacks: (tone, value) parts whose sum is ``value``.
    parts: tuple[tuple[str, float], ...] = field(default=())


@dataclass(frozen=True)
class _Shape:
    """Measures of one drawing, in SVG units."""

    width: int
    label: int
    bar: int
    pitch: int
    text: int
    end: int


LESSON_WIDE = _Shape(width=592, label=96, bar=40, pitch=56, text=15, end=84)
LESSON_NARROW = _Shape(width=312, label=76, bar=36, pitch=50, text=15, end=66)
STAFF_WIDE = _Shape(width=900, label=200, bar=18, pitch=28, text=13, end=60)
STAFF_NARROW = _Shape(width=320, label=120, bar=16, pitch=32, text=12, end=36)


def bar_chart(
    rows: Sequence[Row],
    *,
    lang: str,
    title: str,
    description: str,
    unit: str = "",
    decimals: int = 0,
    maximum: float | None = None,
    gap: tuple[int, int, str] | None = None,
    staff: bool = False,
) -> Markup:
    """Two drawings of the same bars, for wide and narrow screens.

    ``gap`` draws a bracket between two rows with its words. ``maximum`` is the end of the axis.
    """
    top = maximum or max([row.value for row in rows], default=1) or 1
    shapes = (STAFF_WIDE, STAFF_NARROW) if staff else (LESSON_WIDE, LESSON_NARROW)
    drawings = [
        Markup('<div class="chart-{}">{}</div>').format(
            name, _drawing(rows, shape, lang, title, description, unit, decimals, top, gap)
        )
        for name, shape in zip(("wide", "narrow"), shapes, strict=True)
    ]
    return Markup('<div class="chart">{}</div>').format(Markup("").join(drawings))


def value_text(value: float, unit: str, decimals: int, lang: str) -> str:
    """A value as printed at the end of its bar."""
    return number(value, decimals, lang) + (f"\u202f{unit}" if unit else "")


def _drawing(
    rows: Sequence[Row],
    shape: _Shape,
    lang: str,
    title: str,
    description: str,
    unit: str,
    decimals: int,
    top: float,
    gap: tuple[int, int, str] | None,
) -> Markup:
    # Stable, so that the same content renders to the same bytes.
    number_of_chart = zlib.crc32(f"{lang} {title} {rows} {shape}".encode())
    rtl = lang == "ar"
    room = shape.width - shape.label - shape.end
    height = len(rows) * shape.pitch + 8 + (shape.pitch - 8 if gap else 0)
    x = _Side(shape.width, rtl)
    parts = [
        f'<title id="chart-{number_of_chart}-t">{escape(title)}</title>',
        f'<desc id="chart-{number_of_chart}-d">{escape(description)}</desc>',
        f'<defs><pattern id="hatch-{number_of_chart}" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect class="hatch-ground" width="6" height="6"/>'
        '<line class="hatch-line" y2="6"/></pattern></defs>',
        f'<line class="axis" x1="{x.at(shape.label)}" x2="{x.at(shape.label)}" y1="0" y2="{len(rows) * shape.pitch}"/>',
    ]
    for index, row in enumerate(rows):
        y = index * shape.pitch + (shape.pitch - shape.bar) // 2
        middle = y + shape.bar / 2 + shape.text * 0.36
        parts.append(x.text(shape.label - 10, middle, row.label, "t", shape.text, "end"))
        start = float(shape.label)
        for tone, value in row.parts or ((row.tone, row.value),):
            length = room * value / top
            parts.append(x.bar(start, y, max(length - 1.5, 0) if row.parts else length, shape.bar, tone, number_of_chart))
            start += length
        text = value_text(row.value, unit, decimals, lang)
        parts.append(x.text(start + 8, middle, text, "t-strong", shape.text + (0 if row.parts else 2), "start", "ltr"))
    if gap:
        parts.append(_bracket(rows, gap, shape, room, top, x))
    return Markup(
        f'<svg viewBox="0 0 {shape.width} {height}" role="img" '
        f'aria-labelledby="chart-{number_of_chart}-t chart-{number_of_chart}-d">{"".join(parts)}</svg>'
    )


class _Side:
    """Places measured from the reading side: the left in French, the right in Arabic."""

    def __init__(self, width: int, rtl: bool) -> None:
        self.width, self.rtl = width, rtl

    def at(self, distance: float) -> float:
        return round(self.width - distance if self.rtl else distance, 1)

    def bar(self, start: float, y: float, length: float, height: float, tone: str, chart: int) -> str:
        left = self.at(start + length) if self.rtl else self.at(start)
        fill = f' fill="url(#hatch-{chart})"' if tone in HATCHED else ""
        return (
            f'<rect class="bar-{tone}" x="{left}" y="{y}" width="{round(length, 1)}" height="{height}"{fill}/>'
        )

    def text(
        self, start: float, y: float, text: str, kind: str, size: float, anchor: str, direction: str = ""
    ) -> str:
        # In an rtl text "start" is the right edge; figures stay ltr, so their anchor turns round instead.
        direction = direction or ("rtl" if self.rtl else "ltr")
        if self.rtl and direction == "ltr":
            anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
        return (
            f'<text class="{kind}" x="{self.at(start)}" y="{round(y, 1)}" font-size="{size}" '
            f'text-anchor="{anchor}" direction="{direction}">{escape(text)}</text>'
        )


def _bracket(
    rows: Sequence[Row], gap: tuple[int, int, str], shape: _Shape, room: float, top: float, x: _Side
) -> str:
    ends = sorted(shape.label + room * rows[index].value / top for index in gap[:2])
    y = len(rows) * shape.pitch + 10
    guides = "".join(
        f'<line class="guide" x1="{x.at(shape.label + room * rows[index].value / top)}" '
        f'x2="{x.at(shape.label + room * rows[index].value / top)}" '
        f'y1="{index * shape.pitch + (shape.pitch + shape.bar) // 2}" y2="{y - 6}"/>'
        for index in gap[:2]
    )
    first, last = x.at(ends[0]), x.at(ends[1])
    line = f'<path class="bracket" d="M{first} {y - 5}v10M{first} {y}H{last}M{last} {y - 5}v10"/>'
    words = x.text(sum(ends) / 2, y + 26, gap[2], "t-strong", shape.text, "middle")
    return guides + line + words


def example() -> Markup:
    """A chart for the style guide."""
    rows = (Row(_("Women"), 20.5, "women"), Row(_("Men"), 10.8, "men"))
    return bar_chart(rows, lang="fr", title=_("Example"), description=_("Example"), unit="%", decimals=1, maximum=25)
