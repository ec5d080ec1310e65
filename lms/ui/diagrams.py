"""Drawings of lessons from data: stairs, circles, matrices, trees. As wide as a phone leaves room, so legible there.

Places are mirrored where Arabic is read; time runs from left to right, and west lies on the left, in both languages.
Words are text, wrapped to their box; tones differ by line as well as by colour. The data come checked
(``lms.curriculum.figures``).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from math import cos, pi, sin
from typing import Any

from markupsafe import Markup, escape

from lms.ui.charts import value_text

#: What a screen of 360 pixels leaves to a figure inside its frame.
WIDTH = 296
PAD = 9
GAP = 8
#: Usual width of a letter as a share of its size; generous, so that a line never leaves its box.
LETTER, STRONG_LETTER = 0.53, 0.57
_ROUND = 10**2

Data = Mapping[str, Any]
#: Tone of a cell -> classes of its box. Lines differ as well as fills.
TONES = {"calm": "f-surface s-rule", "warn": "f-surface2 s-muted s-dashed", "strong": "f-brand-soft s-brand"}


def diagram(data: Data, lang: str) -> Markup:
    """The drawing of a figure's data, with its title and its description for those who do not see it."""
    canvas = Canvas(lang)
    height = KINDS[data["kind"]](canvas, data)
    name = f"d{zlib.crc32(repr((lang, data)).encode()):x}"
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {_n(height)}" role="img" '
        f'aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{escape(data["title"])}</title>'
        f'<desc id="{name}-d">{escape(data["description"])}</desc>'
    )
    return Markup(opening + "".join(canvas.parts) + "</svg>")


def _n(value: float) -> str:
    return f"{round(value * _ROUND) / _ROUND:g}"


class Canvas:
    """What is drawn so far. Distances are from the side where reading starts; lines grow downwards."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.parts: list[str] = []
        self.is_mirrored = lang == "ar"
        #: Size of texts and of labels, and what a line takes; Arabic needs more of each.
        self.small: float
        self.strong: float
        self.small, self.strong, self.line = (14.5, 15.5, 1.5) if self.is_mirrored else (13, 14, 1.3)

    def x(self, distance: float) -> float:
        return WIDTH - distance if self.is_mirrored else distance

    def rect(self, start: float, y: float, width: float, height: float, style: str, corner: float = 6) -> None:
        left = min(self.x(start), self.x(start + width))
        self.parts.append(
            f'<rect class="{style}" x="{_n(left)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" rx="{corner}"'
            ' stroke-width="1.5"/>'
        )

    def path(
        self, points: Sequence[tuple[float, float]], style: str, *, closed: bool = False, width: float = 1.5
    ) -> None:
        """Straight lines through points (distance, y)."""
        d = "M" + "L".join(f"{_n(self.x(start))} {_n(y)}" for start, y in points) + ("Z" if closed else "")
        self.parts.append(f'<path class="{style}" d="{d}" stroke-width="{width}"/>')

    def circle(self, start: float, y: float, radius: float, style: str, width: float = 1.5) -> None:
        self.parts.append(
            f'<circle class="{style}" cx="{_n(self.x(start))}" cy="{_n(y)}" r="{_n(radius)}" stroke-width="{width}"/>'
        )

    def words(
        self, start: float, y: float, text: str, style: str = "t", anchor: str = "start", size: float = 0
    ) -> None:
        """One line of text with its foot at ``y``. Anchors: start, middle, end, in the direction of reading."""
        direction = "rtl" if self.is_mirrored else "ltr"
        self.parts.append(
            f'<text class="{style}" x="{_n(self.x(start))}" y="{_n(y)}" font-size="{size or self.small}" '
            f'text-anchor="{anchor}" direction="{direction}">{escape(text)}</text>'
        )

    def value(self, start: float, y: float, value: Any, unit: str, anchor: str = "middle") -> None:
        """A number with its unit: from left to right in both languages, so that the unit stays behind it."""
        decimals = 0 if float(value) == int(value) else 1
        swapped = {"start": "end", "end": "start"}.get(anchor, anchor) if self.is_mirrored else anchor
        text = value_text(float(value), unit, decimals, self.lang)
        self.parts.append(
            f'<text class="t-strong" x="{_n(self.x(start))}" y="{_n(y)}" font-size="{self.strong}" '
            f'text-anchor="{swapped}" direction="ltr">{escape(text)}</text>'
        )

    def wrap(self, text: str, width: float, *, is_strong: bool = False) -> list[str]:
        """The text in lines that fit the width."""
        room = width / ((self.strong * STRONG_LETTER) if is_strong else (self.small * LETTER))
        lines: list[str] = []
        for word in str(text or "").split(" "):
            if lines and len(lines[-1]) + 1 + len(word) <= room:
                lines[-1] += f" {word}"
            elif word:
                lines.append(word)
        return lines

    def longest(self, labels: Sequence[str]) -> float:
        """What the longest word of the labels takes."""
        return max(len(word) for label in labels for word in label.split()) * self.strong * STRONG_LETTER

    def text_height(self, label: str, text: str, width: float) -> float:
        strong, small = self.wrap(label, width, is_strong=True), self.wrap(text, width)
        return (len(strong) * self.strong + len(small) * self.small) * self.line

    def lines(
        self,
        start: float,
        y: float,
        width: float,
        label: str,
        text: str = "",
        anchor: str = "start",
        styles: tuple[str, str] = ("t-strong", "t-muted"),
    ) -> float:
        """A label in bold with a text below it, wrapped, from the top ``y``; gives the foot."""
        for words, style, size in (
            (self.wrap(label, width, is_strong=True), styles[0], self.strong),
            (self.wrap(text, width), styles[1], self.small),
        ):
            for line in words:
                y += size * self.line
                self.words(start, y - size * (self.line - 1), line, style, anchor, size)
        return y

    def box(self, start: float, y: float, width: float, item: Data, style: str, height: float = 0) -> float:
        """A box with a label and a text; gives its foot."""
        label, text, inner = str(item.get("label", "")), str(item.get("text", "")), width - 2 * PAD
        own = self.text_height(label, text, inner) + 1.4 * PAD
        height = max(height, own)
        self.rect(start, y, width, height, style)
        self.lines(start + PAD, y + PAD * 0.5 + (height - own) / 2, inner, label, text)
        return y + height

    def height_of(self, item: Data, width: float) -> float:
        return self.text_height(str(item.get("label", "")), str(item.get("text", "")), width - 2 * PAD) + 1.4 * PAD

    def numbered(self, items: Sequence[Data], y: float, texts: Callable[[Data], str]) -> float:
        """A legend: each item with its number; gives the foot."""
        for place, item in enumerate(items, 1):
            top = y
            self.circle(PAD + 2, y + 13, 11, "f-surface s-brand")
            self.words(PAD + 2, y + 18, str(place), "t-strong", "middle")
            y = max(self.lines(32, y, WIDTH - 36, str(item["label"]), texts(item)), top + 26) + 6
        return y


def _steps(canvas: Canvas, data: Data) -> float:
    """Stairs: the first item at the foot, each one a little further on than the one below."""
    items, zones = data["items"], data.get("zones") or []
    indent = 14 if len(items) <= 6 else 8
    width = WIDTH - 2 - indent * (len(items) - 1)
    y = 4.0
    for place in range(len(items), 0, -1):
        zone = next((one for one in zones if one["to"] == place), None)
        if zone is not None:
            y = canvas.lines(2, y, WIDTH - 4, "", zone["label"]) + 3
            canvas.path([(2, y), (WIDTH - 2, y)], "f-none s-muted s-dashed")
            y += 7
        start = 1 + indent * (place - 1)
        y = (
            canvas.box(
                start,
                y,
                width,
                items[place - 1],
                "f-brand-soft s-brand" if place == len(items) else "f-surface s-control",
            )
            + 6
        )
    return y


def _timeline(canvas: Canvas, data: Data) -> float:
    """Time runs from left to right in both languages; what is only announced is hollow and dashed."""
    items = data["items"]
    # More than four take turns above and below the line.
    is_above = [len(items) > 4 and bool(place % 2) for place in range(len(items))]
    column = (WIDTH - 4) / len(items)
    room = column * (1.9 if any(is_above) else 1) - 8
    heights = [canvas.text_height(str(item["when"]), item["label"], room) for item in items]
    axis = max([height for height, above in zip(heights, is_above, strict=True) if above], default=0.0) + 22
    for place, item in enumerate(items):
        at = 2 + column * (place + 0.5)
        is_done = item.get("tone", "done") != "announced"
        if place:
            line = [(canvas.x(at - column + 8), axis), (canvas.x(at - 8), axis)]
            canvas.path(line, "f-none s-control" if is_done else "f-none s-control s-dashed")
        canvas.circle(canvas.x(at), axis, 7, "f-brand s-brand" if is_done else "f-surface s-brand")
        middle = min(max(at, room / 2 + 2), WIDTH - room / 2 - 2)
        top = axis - 16 - heights[place] if is_above[place] else axis + 10
        canvas.lines(canvas.x(middle), top, room, str(item["when"]), item["label"], "middle")
    return axis + 18 + max(height for height, above in zip(heights, is_above, strict=True) if not above)


def _circles(canvas: Canvas, data: Data) -> float:
    """Three circles that meet, with their labels, or numbers where a label is wider than its place; texts below."""
    items, middle, foot = data["items"], WIDTH / 2, 140.0
    labels = [str(item["label"]) for item in items]
    if canvas.longest(labels) > 98:
        labels = [str(place) for place in range(1, len(items) + 1)]
    for place, label in enumerate(labels):
        angle = -pi / 2 + place * 2 * pi / len(items)
        canvas.circle(middle + 62 * cos(angle), foot + 52 * sin(angle), 84, "f-none s-brand", 2)
        # Where its circle alone is widest.
        x, y = middle + 97 * cos(angle), foot + (92 if sin(angle) < 0 else 50) * sin(angle)
        canvas.lines(x, y - canvas.text_height(label, "", 98) / 2, 98, label, "", "middle")
    meeting = [{"label": data["centre"]}] if data.get("centre") else []
    if meeting:
        canvas.circle(middle, foot + 2, 13, "f-brand-soft s-brand")
        canvas.words(middle, foot + 7, str(len(items) + 1), "t-strong", "middle", canvas.strong)
    return canvas.numbered([*items, *meeting], 276, lambda item: item.get("text", ""))


def _matrix(canvas: Canvas, data: Data) -> float:
    """Cells in rows and columns, a title at each axis; heads of rows stand at the side where that leaves room."""
    columns, rows, cells = data["columns"], data["rows"], data["cells"]
    side = 64.0
    has_room = canvas.longest(columns) < (WIDTH - side) / 2 - 8 and canvas.longest(rows) < side - 4
    head = side if len(columns) == 2 and has_room else 0.0
    width = (WIDTH - head) / len(columns)
    y = canvas.lines(head + (WIDTH - head) / 2, 0, WIDTH - head, "", data["x"], "middle") + 2 if data.get("x") else 2.0
    heads = max(canvas.text_height(label, "", width - 8) for label in columns)
    for place, label in enumerate(columns):
        foot = y + heads - canvas.text_height(label, "", width - 8)
        canvas.lines(head + width * (place + 0.5), foot, width - 8, label, "", "middle")
    y += heads + 6
    # Each title stands where its axis begins: that of the columns above their heads, that of the rows above theirs.
    y = canvas.lines(2, y, WIDTH - 4, "", data["y"]) + 4 if data.get("y") else y
    for label, line in zip(rows, cells, strict=True):
        own = canvas.text_height(label, "", (head or WIDTH) - 8)
        if not head:
            y = canvas.lines(2, y, WIDTH - 4, label) + 4
        height = max([*(canvas.height_of(cell, width - 4) for cell in line), own + 12 if head else 0])
        if head:
            canvas.lines(2, y + (height - own) / 2 - 3, head - 8, label)
        for place, cell in enumerate(line):
            canvas.box(head + width * place + 2, y, width - 4, cell, TONES[cell.get("tone", "calm")], height)
        y += height + 4
    return y


def _pyramid(canvas: Canvas, data: Data) -> float:
    """Layers of a pyramid, the top one first, with words beside each."""
    items, wide = data["items"], 84.0
    room = WIDTH - wide - 20
    own = [canvas.text_height(item["label"], item.get("text", ""), room) for item in items]
    heights = [max(height + 12, 40) for height in own]
    total, y, middle = sum(heights), 4.0, wide / 2 + 2
    for place, (item, height) in enumerate(zip(items, heights, strict=True)):
        foot = y + height - 4
        upper, lower = wide / 2 * (y - 4) / total, wide / 2 * (foot - 4) / total
        layer = [(middle - upper, y), (middle + upper, y), (middle + lower, foot), (middle - lower, foot)]
        canvas.path(layer, "f-brand s-brand" if place == 0 else "f-brand-soft s-brand", closed=True)
        canvas.path([(middle + lower + 4, foot), (WIDTH - 2, foot)], "f-none s-rule", width=1)
        canvas.lines(wide + 16, y + (height - 4 - own[place]) / 2 - 2, room, item["label"], item.get("text", ""))
        y += height
    return y


def _tree(canvas: Canvas, data: Data) -> float:
    """A tree as a list that goes in: each branch hangs on the line of its parent."""

    def draw(node: Data, level: int, y: float) -> float:
        start = 1 + level * 18.0
        label = f"{node['edge']} → {node['label']}" if node.get("edge") and not canvas.is_mirrored else node["label"]
        if node.get("edge") and canvas.is_mirrored:
            label = f"{node['edge']} ← {node['label']}"
        style = ("f-brand-soft s-brand", "f-surface s-control", "f-surface2 s-rule")[level]
        item = {"label": label if level < 2 else "", "text": node.get("text", "") if level < 2 else label}
        foot = canvas.box(start, y, WIDTH - start - 1, item, style)
        stem, last = foot, foot
        for child in node.get("children") or []:
            top = last + 7
            last = draw(child, level + 1, top)
            canvas.path([(start + 9, stem), (start + 9, top + 16), (start + 18, top + 16)], "f-none s-control")
        return last

    return draw(data["root"], 0, 2) + 4


def _wheel(canvas: Canvas, data: Data) -> float:
    """A ring of numbered parts round a centre; their words stand below."""
    items, centre, radius = data["items"], (WIDTH / 2, 112.0), 84.0
    canvas.circle(*centre, radius, "f-none s-control", 1.5)
    canvas.circle(*centre, 48, "f-brand-soft s-brand", 1.5)
    own = canvas.text_height(data["centre"], "", 80)
    canvas.lines(centre[0], centre[1] - own / 2 - 2, 80, data["centre"], "", "middle")
    for place in range(len(items)):
        angle = -pi / 2 + place * 2 * pi / len(items)
        x, y = centre[0] + radius * cos(angle), centre[1] + radius * sin(angle)
        canvas.circle(x, y, 18, "f-surface s-brand", 2)
        canvas.words(x, y + 5, str(place + 1), "t-strong", "middle", canvas.strong)
    return canvas.numbered(items, 226, lambda item: item.get("text", ""))


def _map(canvas: Canvas, data: Data) -> float:
    """A map of numbered squares, the west on the left in both languages; the names stand below."""
    side, step = 40, 46
    columns, rows = (max(item["at"][axis] for item in data["items"]) + 1 for axis in (0, 1))
    margin = (WIDTH - columns * step) / 2
    for place, item in enumerate(data["items"], 1):
        start = margin + item["at"][0] * step
        distance = WIDTH - start - side if canvas.is_mirrored else start
        y = 4 + item["at"][1] * step
        canvas.rect(distance, y, side, side, "f-brand-soft s-brand")
        canvas.words(distance + side / 2, y + side / 2 + 5, str(place), "t-strong", "middle", canvas.strong)
    return canvas.numbered(data["items"], 12.0 + rows * step, lambda item: item.get("text", ""))


def _plan(canvas: Canvas, data: Data) -> float:
    """A plan of numbered places, dashed in the open air, and the way that joins them; their words stand below."""
    columns, rows = (max(item["at"][axis] + item["size"][axis] for item in data["items"]) for axis in (0, 1))
    side, centres = (WIDTH - 4) / columns, []
    for item in data["items"]:
        (column, row), (wide, tall) = item["at"], item["size"]
        style = "f-surface2 s-muted s-dashed" if item.get("outside") else "f-surface s-control"
        canvas.rect(4 + column * side, 4 + row * side, wide * side - 4, tall * side - 4, style, 3)
        centres.append((2 + (column + wide / 2) * side, 2 + (row + tall / 2) * side))
    canvas.path(centres, "f-none s-brand s-dashed", width=2)
    for place, (start, y) in enumerate(centres, 1):
        canvas.circle(start, y, 14, "f-brand-soft s-brand")
        canvas.words(start, y + 5, str(place), "t-strong", "middle", canvas.strong)
    y = canvas.numbered(data["items"], 14 + rows * side, lambda item: item.get("text", ""))
    return canvas.box(1, y, WIDTH - 2, {"label": data["way"]}, "f-brand-soft s-brand") + 4


def _radar(canvas: Canvas, data: Data) -> float:
    """Axes from one centre with their values; names and values stand below."""
    items, top, centre, radius = data["items"], float(data["max"]), (WIDTH / 2, 124.0), 96.0

    def at(place: int, share: float) -> tuple[float, float]:
        angle = -pi / 2 + place * 2 * pi / len(items)
        return centre[0] + radius * share * cos(angle), centre[1] + radius * share * sin(angle)

    for level in range(1, int(top) + 1):
        canvas.path([at(place, level / top) for place in range(len(items))], "f-none s-rule", closed=True, width=1)
    for place in range(len(items)):
        canvas.path([centre, at(place, 1)], "f-none s-rule", width=1)
        x, y = at(place, 1.16)
        canvas.words(x, y + 5, str(place + 1), "t-strong", "middle", canvas.strong)
    points = [at(place, float(item["value"]) / top) for place, item in enumerate(items)]
    canvas.path(points, "f-none s-brand", closed=True, width=2.5)
    for x, y in points:
        canvas.circle(x, y, 4, "f-brand s-brand")
    return canvas.numbered(items, 252, lambda item: f"{item['value']:g}/{top:g}")


def _gauges(canvas: Canvas, data: Data) -> float:
    """A bar for each item with its value at the end and a text below."""
    top, unit, y = float(data["max"]), str(data.get("unit", "")), 2.0
    for item in data["items"]:
        canvas.value(WIDTH - 2, y + canvas.strong + 3, item["value"], unit, "end")
        y = canvas.lines(2, y, WIDTH - 84, item["label"]) + 6
        canvas.rect(1, y, WIDTH - 2, 12, "f-surface s-control", 6)
        canvas.rect(1, y, max((WIDTH - 2) * float(item["value"]) / top, 6), 12, "f-brand s-brand", 6)
        y = canvas.lines(2, y + 14, WIDTH - 4, "", item.get("text", "")) + GAP + 2
    return y


def _line(canvas: Canvas, data: Data) -> float:
    """Values in time, from left to right in both languages: where one starts, milestones, the target."""
    points, unit = data["points"], str(data.get("unit", ""))
    values = [float(point["value"]) for point in points]
    low, high = min(values), max(values)
    column, top, height = (WIDTH - 8) / len(points), 34.0, 96.0
    places = []
    for place, value in enumerate(values):
        x = 4 + column * (place + 0.5)
        places.append((x, top + height * (1 - (value - low) / ((high - low) or 1))))
    canvas.path([(canvas.x(x), y) for x, y in places], "f-none s-brand s-dashed", width=2)
    canvas.path([(2, top + height + 22), (WIDTH - 2, top + height + 22)], "f-none s-control")
    foot = 0.0
    for (x, y), point in zip(places, points, strict=True):
        tone = point.get("tone", "milestone")
        canvas.circle(
            canvas.x(x),
            y,
            8 if tone == "target" else 6,
            "f-surface s-brand" if tone == "milestone" else "f-brand s-brand",
        )
        if tone == "target":
            canvas.circle(canvas.x(x), y, 12, "f-none s-brand")
        canvas.value(canvas.x(x), y - 16, point["value"], unit)
        foot = max(foot, canvas.lines(canvas.x(x), top + height + 26, column - 6, "", point["label"], "middle"))
    return foot + 6


def _columns(canvas: Canvas, data: Data) -> float:
    """Things to compare side by side, two to a row; each a heading with its points."""
    items = data["items"]
    wide = WIDTH - 2 if len(items) == 3 else (WIDTH - 2 - GAP) / 2
    per_row = 1 if len(items) == 3 else 2
    inner = wide - 2 * PAD

    def height(item: Data) -> float:
        points = sum(canvas.text_height("", point, inner - 14) + 4 for point in item["points"])
        return canvas.text_height(item["label"], "", inner) + points + 2 * PAD

    y = 2.0
    for first in range(0, len(items), per_row):
        row = items[first : first + per_row]
        tall = max(height(item) for item in row)
        for place, item in enumerate(row):
            start = 1 + place * (wide + GAP)
            canvas.rect(start, y, wide, tall, "f-surface s-control")
            foot = canvas.lines(start + PAD, y + PAD * 0.6, inner, item["label"]) + 4
            for point in item["points"]:
                canvas.circle(start + PAD + 3, foot + canvas.small * canvas.line * 0.6, 2.5, "f-brand s-brand", 1)
                foot = canvas.lines(start + PAD + 14, foot, inner - 14, "", point, styles=("t", "t")) + 4
        y += tall + GAP
    return y


def _blocks(canvas: Canvas, data: Data) -> float:
    """A wall of boxes, two to a row, on what carries them."""
    items, wide, y = data["items"], (WIDTH - 2 - GAP) / 2, 2.0
    for first in range(0, len(items), 2):
        row = items[first : first + 2]
        width = wide if len(row) == 2 else WIDTH - 2
        tall = max(canvas.height_of(item, width) for item in row)
        for place, item in enumerate(row):
            canvas.box(1 + place * (wide + GAP), y, width, item, "f-surface s-control", tall)
        y += tall + GAP
    if data.get("base"):
        y = canvas.box(1, y, WIDTH - 2, {"label": data["base"]}, "f-brand-soft s-brand") + 4
    return y


def _layers(canvas: Canvas, data: Data) -> float:
    """Levels, the top one first, with what passes between them in both directions."""
    y = 2.0
    links = [*data["links"], None]
    for item, link in zip(data["items"], links, strict=True):
        y = canvas.box(1, y, WIDTH - 2, item, "f-surface s-control")
        if link is None:
            break
        tall = max(canvas.text_height("", link["label"], WIDTH - 96) + 8, 34)
        for start, (tip, end) in ((24.0, (y + 4, y + tall - 4)), (44.0, (y + tall - 4, y + 4))):
            canvas.path([(start, tip), (start, end)], "f-none s-brand")
            back = 7 if end > tip else -7
            canvas.path([(start - 5, end - back), (start, end), (start + 5, end - back)], "f-none s-brand")
        own = canvas.text_height("", link["label"], WIDTH - 96)
        canvas.lines(64, y + (tall - own) / 2 - 2, WIDTH - 96, "", link["label"])
        y += tall
    return y + 4


KINDS: dict[str, Callable[[Canvas, Data], float]] = {
    "steps": _steps,
    "timeline": _timeline,
    "circles": _circles,
    "matrix": _matrix,
    "pyramid": _pyramid,
    "tree": _tree,
    "wheel": _wheel,
    "map": _map,
    "plan": _plan,
    "radar": _radar,
    "gauges": _gauges,
    "line": _line,
    "columns": _columns,
    "blocks": _blocks,
    "layers": _layers,
}
