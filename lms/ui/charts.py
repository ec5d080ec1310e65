"""Charts as SVG made on the server: no grid, no legend where a label does, the figure at the end of its bar.

Bars grow from the side where reading starts; time always runs the Latin way. Colours and patterns come from
classes: women solid, men hatched, unknown dotted: nothing is told by colour alone. Each chart is drawn for
wide and for narrow screens; ``table_of`` gives its table twin.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from lms.core.i18n import number
from lms.ui.svg import name_of, opening, patterns, rect, text

THIN_NO_BREAK = "\u202f"
#: White between two parts of a stack.
PART_GAP = 1.5
#: Usual width of a letter, as a share of the size.
LETTER = 0.53


@dataclass(frozen=True)
class Row:
    """One bar, or one stack of parts. Tones: women, men, unknown, total, rural, urban.

    A row whose ``value`` is None is a heading above the rows that follow.
    """

    label: str
    value: float | None
    tone: str = "total"
    #: For stacks: (tone, value) parts whose sum is ``value``.
    parts: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Shape:
    """Measures of one drawing, in pixels at its usual size."""

    width: int
    label: int  # room for labels, up to the axis
    end: int  # room after the longest bar
    bar: int
    pitch: int
    text: int
    value: int  # size of the figures


LESSON = (Shape(622, 200, 76, 40, 56, 15, 18), Shape(296, 112, 58, 40, 56, 15, 16))
STAFF = (Shape(928, 190, 60, 18, 28, 13, 13), Shape(296, 128, 34, 18, 34, 12, 13))


@dataclass(frozen=True)
class _Plan:
    """What every part of one drawing needs to know."""

    shape: Shape
    lang: str
    unit: str
    decimals: int
    top: float
    name: str

    @property
    def rtl(self) -> bool:
        return self.lang == "ar"

    @property
    def size(self) -> float:
        """Size of the words; Arabic needs a tenth more."""
        return round(self.shape.text * (1.1 if self.rtl else 1), 1)

    def at(self, distance: float) -> float:
        """Abscissa of a distance from the side where reading starts."""
        return round(self.shape.width - distance if self.rtl else distance, 1)

    def end_of(self, value: float) -> float:
        """Distance of the end of a bar."""
        return self.shape.label + (self.shape.width - self.shape.label - self.shape.end) * value / self.top

    def words(self, value: float) -> str:
        return value_text(value, self.unit, self.decimals, self.lang)


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
    id: str | None = None,
    staff: bool = False,
) -> Markup:
    """Horizontal bars. ``maximum`` ends the axis; ``gap`` draws a bracket with words between two rows.

    ``staff`` gives the small bars of dashboards; ``id`` names the chart when its content may repeat.
    """
    top = maximum or max((row.value or 0 for row in rows), default=0) or 1
    drawings = []
    for size, shape in zip(("wide", "narrow"), STAFF if staff else LESSON, strict=True):
        shape = replace(shape, label=_label_room(rows, shape))
        plan = _Plan(shape, lang, unit, decimals, top, name_of(id, lang, title, rows, size))
        drawings.append(f'<div class="chart-{size}">{_bars(rows, plan, title, description, gap)}</div>')
    return Markup('<div class="chart">{}</div>').format(Markup("".join(drawings)))


def stacked_bars(
    rows: Sequence[Row], *, lang: str, title: str, description: str, id: str | None = None, decimals: int = 0
) -> Markup:
    """Bars made of parts (women, men, unknown), small, the total at the end."""
    return bar_chart(rows, lang=lang, title=title, description=description, decimals=decimals, id=id, staff=True)


def value_text(value: float, unit: str, decimals: int, lang: str) -> str:
    """A value as printed at the end of its bar."""
    return number(value, decimals, lang) + (THIN_NO_BREAK + unit if unit else "")


def table_of(rows: Sequence[Row], *, lang: str, unit: str = "", decimals: int = 0) -> list[tuple[str, list[str]]]:
    """The table twin: label and figures of each row; for stacks the parts, then the total."""
    return [
        (
            row.label,
            [value_text(value, unit, decimals, lang) for value in (*(v for _, v in row.parts), row.value)],
        )
        for row in rows
        if row.value is not None
    ]


def swatch(tone: str) -> Markup:
    """A square filled like the bars of that tone, for a key."""
    name = name_of(None, "key", tone, (), "")
    return Markup(
        f'<svg viewBox="0 0 16 16" aria-hidden="true"><defs>{patterns(name, (tone,))}</defs>'
        f"{rect(name, tone, 0.6, 0.6, 14.8, 14.8)}</svg>"
    )


def line_chart(
    points: Sequence[tuple[str, float]],
    *,
    lang: str,
    title: str,
    description: str,
    unit: str = "",
    decimals: int = 0,
    floor: float = 0,
    ceiling: float | None = None,
    threshold: tuple[float, str] | None = None,
    id: str | None = None,
) -> Markup:
    """A line over time, the same way in both languages; the lowest and the last point carry their figure.

    ``points``: (words of the date, value), oldest first. ``threshold``: value and its words.
    """
    top = ceiling if ceiling is not None else max((value for _, value in points), default=1) or 1
    drawings = []
    for size, width in (("wide", 424), ("narrow", 296)):
        name = name_of(id, lang, title, points, size)
        drawing = _line(points, width, name, lang, title, description, unit, decimals, floor, top, threshold)
        drawings.append(f'<div class="chart-{size}">{drawing}</div>')
    return Markup('<div class="chart">{}</div>').format(Markup("".join(drawings)))


def _label_room(rows: Sequence[Row], shape: Shape) -> int:
    """Room before the axis: what the longest label needs, up to that of the shape."""
    longest = max((len(row.label) for row in rows if row.value is not None), default=0)
    return min(shape.label, round(longest * shape.text * LETTER) + 24)


def _figure(plan: _Plan, distance: float, y: float, words: str) -> str:
    """A figure at a bar's end: written the Latin way, so its anchor turns round in Arabic."""
    return text(plan.at(distance), y, words, "t-strong", plan.shape.value, "end" if plan.rtl else "start", "ltr")


def _bars(rows: Sequence[Row], plan: _Plan, title: str, description: str, gap: tuple[int, int, str] | None) -> str:
    shape = plan.shape
    length = len(rows) * shape.pitch
    height = length + (48 if gap else 4)
    tones = [tone for row in rows for tone, _ in (row.parts or ((row.tone, 0.0),))]
    parts = [
        opening(plan.name, shape.width, height, title, description),
        f"<defs>{patterns(plan.name, tones)}</defs>",
        f'<line class="axis" x1="{plan.at(shape.label)}" x2="{plan.at(shape.label)}" y1="0" y2="{length}"/>',
        *(_bar(row, index, plan) for index, row in enumerate(rows)),
        _bracket(rows, gap, plan) if gap else "",
        "</svg>",
    ]
    return "".join(parts)


def _bar(row: Row, index: int, plan: _Plan) -> str:
    shape = plan.shape
    y = index * shape.pitch + (shape.pitch - shape.bar) / 2
    baseline = y + shape.bar / 2 + shape.text * 0.36
    direction = "rtl" if plan.rtl else "ltr"
    if row.value is None:
        return text(plan.at(0), baseline, row.label, "t-strong", plan.size, "start", direction)
    drawn = _label(row.label, plan, baseline, direction)
    start = 0.0
    for tone, value in row.parts or ((row.tone, row.value),):
        begin, end = plan.end_of(start), plan.end_of(start + value)
        width = max(end - begin - (PART_GAP if row.parts else 0), 0)
        if width:
            x = plan.at(begin + width) if plan.rtl else plan.at(begin)
            drawn += rect(plan.name, tone, x, y, width, shape.bar)
        start += value
    return drawn + _figure(plan, plan.end_of(row.value) + 8, baseline, plan.words(row.value))


def _label(words: str, plan: _Plan, baseline: float, direction: str) -> str:
    """The words before the axis; on two lines when they would be longer than their room."""
    shape = plan.shape
    x = plan.at(shape.label - 10)
    room = int((shape.label - 10) / (shape.text * LETTER))
    lines = _wrapped(words, room) if shape.pitch >= 32 else [words]
    first = baseline - (len(lines) - 1) * shape.text * 0.6
    step = shape.text * 1.2
    return "".join(
        text(x, first + place * step, line, "t", plan.size, "end", direction) for place, line in enumerate(lines)
    )


def _wrapped(words: str, room: int) -> list[str]:
    if len(words) <= room:
        return [words]
    breaks = [place for place, sign in enumerate(words) if sign in " -"]
    if not breaks:
        return [words]
    middle = min(breaks, key=lambda place: abs(place - len(words) / 2))
    return [words[: middle + 1].rstrip(), words[middle + 1 :]]


def _bracket(rows: Sequence[Row], gap: tuple[int, int, str], plan: _Plan) -> str:
    """The difference between two bars, drawn below them between their ends."""
    shape = plan.shape
    y = len(rows) * shape.pitch + 12
    guides = ""
    for index in gap[:2]:
        x = plan.at(plan.end_of(rows[index].value or 0))
        under = index * shape.pitch + (shape.pitch + shape.bar) / 2 + 3
        guides += f'<line class="guide" x1="{x}" x2="{x}" y1="{under}" y2="{y - 6}"/>'
    ends = sorted(plan.end_of(rows[index].value or 0) for index in gap[:2])
    first, last = plan.at(ends[0]), plan.at(ends[1])
    line = f'<path class="bracket" d="M{first} {y - 5}v10M{first} {y}H{last}M{last} {y - 5}v10"/>'
    direction = "rtl" if plan.rtl else "ltr"
    centre = min(sum(ends) / 2, shape.width - len(gap[2]) * shape.text * LETTER / 2)
    return guides + line + text(plan.at(centre), y + 28, gap[2], "t-strong", plan.size, "middle", direction)


def _line(
    points: Sequence[tuple[str, float]],
    width: int,
    name: str,
    lang: str,
    title: str,
    description: str,
    unit: str,
    decimals: int,
    floor: float,
    top: float,
    threshold: tuple[float, str] | None,
) -> str:
    start, end, above, below = 40.0, width - 76.0, 16.0, 176.0
    direction = "rtl" if lang == "ar" else "ltr"
    size = 13 if lang == "ar" else 12

    def x(index: int) -> float:
        return round(start + (end - start) * index / max(len(points) - 1, 1), 1)

    def y(value: float) -> float:
        return round(below - (below - above) * (value - floor) / ((top - floor) or 1), 1)

    drawn = [opening(name, width, 216, title, description)]
    for value in (floor, top):
        drawn.append(f'<line class="tick-line" x1="{start}" x2="{end}" y1="{y(value)}" y2="{y(value)}"/>')
        drawn.append(text(start - 8, y(value) + 4, number(value, 0, lang), "t-muted", size, "end", "ltr"))
    if threshold:
        value, words = threshold
        drawn.append(f'<line class="threshold" x1="{start}" x2="{end}" y1="{y(value)}" y2="{y(value)}"/>')
        drawn.append(
            text(end + 10, y(value) + 4, words, "t-muted", size, "end" if lang == "ar" else "start", direction)
        )
        drawn.append(text(start - 8, y(value) + 4, number(value, 0, lang), "t-muted", size, "end", "ltr"))
    path = "L".join(f"{x(index)} {y(value)}" for index, (_, value) in enumerate(points))
    drawn.append(f'<path class="line" d="M{path}"/>' if points else "")
    drawn += _marked(points, x, y, lang, unit, decimals)
    drawn += _dates(points, x, below, direction, size)
    return "".join([*drawn, "</svg>"])


def _marked(
    points: Sequence[tuple[str, float]],
    x: Callable[[int], float],
    y: Callable[[float], float],
    lang: str,
    unit: str,
    decimals: int,
) -> list[str]:
    """The lowest and the last point with their figures."""
    if not points:
        return []
    last = len(points) - 1
    lowest = min(range(len(points)), key=lambda index: points[index][1])
    drawn = []
    for index in sorted({lowest, last}):
        value = points[index][1]
        place_x, place_y = x(index), y(value)
        drawn.append(f'<circle class="point" cx="{place_x}" cy="{place_y}" r="4"/>')
        if index == last:
            words = value_text(value, unit, decimals, lang)
            drawn.append(text(place_x + 9, place_y - 4, words, "t-strong v-brand", 14, "start", "ltr"))
        else:
            words = number(value, decimals, lang)
            drawn.append(text(place_x, place_y + 20, words, "t-strong", 13, "middle", "ltr"))
    return drawn


def _dates(
    points: Sequence[tuple[str, float]], x: Callable[[int], float], below: float, direction: str, size: int
) -> list[str]:
    """About four dates under the axis, the first and the last among them."""
    last = len(points) - 1
    shown = sorted({0, last, *(round(last * part / 3) for part in (1, 2))}) if points else []
    drawn = []
    for index in shown:
        place = x(index)
        drawn.append(f'<line class="axis" x1="{place}" x2="{place}" y1="{below}" y2="{below + 5}"/>')
        drawn.append(text(place, below + 22, points[index][0], "t-muted", size, "middle", direction))
    return drawn
