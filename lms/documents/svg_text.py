"""The words of an SVG drawing: which stand on one line, where each begins, and how they stay in their box."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from lms.documents.fonts import MissingGlyph
from lms.documents.pen import CENTER, END, START, Pen
from lms.documents.svg_values import DEEPEST, Box, FigureFailed, Look, Matrix, at, look_of, number_of, then
from lms.documents.text import Style, width

#: Share of its size down to which a line is drawn smaller to stay in its box, and how far from a box's edge it stays.
SMALLEST, EDGE = 0.75, 3.0
_BLANKS = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True)
class Label:
    """Words of one line; reading starts at (x, y). Never translucent: print keeps them legible."""

    text: str
    x: float
    y: float
    matrix: Matrix
    look: Look

    @property
    def style(self) -> Style:
        return Style(self.look.face, self.look.size, self.look.fill)

    @property
    def width(self) -> float:
        return float(width(self.text, self.style, rtl=self.look.rtl)) if self.text else 0.0

    @property
    def end(self) -> float:
        """Abscissa where words that follow would begin."""
        return self.x - self.width if self.look.rtl else self.x + self.width

    def draw(self, pen: Pen, base: Matrix) -> None:
        a, b, c, d, e, f = whole = then(base, self.matrix)
        if a > 0 and not (b or c) and math.isclose(a, -d):
            style = replace(self.style, size=self.look.size * a)
            pen.line(a * self.x + e, d * self.y + f, self.text, style, rtl=self.look.rtl)
            return
        pen.canvas.saveState()
        pen.canvas.transform(*then(whole, (1, 0, 0, -1, self.x, self.y)))
        pen.line(0, 0, self.text, self.style, rtl=self.look.rtl)
        pen.canvas.restoreState()


@dataclass(frozen=True)
class _Run:
    """Words of one look; they go on where the words before ended, or begin at a place of their own."""

    text: str
    look: Look
    x: float | None = None
    y: float | None = None
    dx: float = 0.0
    dy: float = 0.0


def lines_of(element: Element, matrix: Matrix, look: Look, boxes: Sequence[Box]) -> Iterator[Label]:
    """The words of a text element, placed. The first of ``boxes`` is the drawing, the others may hold the words."""
    x = y = 0.0
    line: list[_Run] = []
    for run in [*_runs(element, look), None]:
        if line and (run is None or run.x is not None or run.y is not None):
            x = x if line[0].x is None else line[0].x
            y = y if line[0].y is None else line[0].y
            words = _placed(_tidied(line), x, y, matrix, boxes)
            yield from (one for one in words if one.text and one.look.fill)
            x, y = words[-1].end, words[-1].y
            line = []
        if run is not None:
            line.append(run)


def _runs(element: Element, look: Look, depth: int = 0) -> Iterator[_Run]:
    x, y = (number_of(element, name) if name in element.attrib else None for name in ("x", "y"))
    yield _Run(element.text or "", look, x, y, number_of(element, "dx"), number_of(element, "dy"))
    for child in element:
        if not str(child.tag).endswith("tspan") or "transform" in child.attrib or depth == DEEPEST:
            raise FigureFailed("A text holds something else than words, or parts of them too deep in one another.")
        yield from _runs(child, look_of(child, look), depth + 1)
        yield _Run(child.tail or "", look)


def _tidied(line: list[_Run]) -> list[_Run]:
    """The line with one blank for any number of them and none at its ends."""
    whole = ""
    texts = []
    for run in line:
        text = _BLANKS.sub(" ", run.text)
        texts.append(text.lstrip(" ") if not whole or whole.endswith(" ") else text)
        whole += texts[-1]
    for place in reversed(range(len(texts))):
        texts[place] = texts[place].rstrip(" ")
        if texts[place]:
            break
    return [replace(run, text=text) for run, text in zip(line, texts, strict=True)]


def _placed(line: list[_Run], x: float, y: float, matrix: Matrix, boxes: Sequence[Box]) -> list[Label]:
    """The words of one line in the order of reading, all of them smaller where the line has less room."""
    anchor, rtl = line[0].look.anchor, line[0].look.rtl
    words = [_measured(Label(run.text, 0, 0, matrix, replace(run.look, rtl=rtl))) for run in line]
    total = sum(one.width for one in words)
    share = _share(total, x, y, matrix, anchor, rtl, boxes, "".join(one.text for one in words))
    way = -1 if rtl else 1
    x -= way * total * share * {START: 0, CENTER: 0.5, END: 1}[anchor]
    placed = []
    for run, one in zip(line, words, strict=True):
        x, y = x + run.dx, y + run.dy
        size = one.look.size * share
        placed.append(replace(one, x=x, y=y + size * one.look.drop, look=replace(one.look, size=size)))
        x = placed[-1].end
    return placed


def _measured(words: Label) -> Label:
    """The same words, when the face has all their letters and they have a colour of their own."""
    if words.look.pattern:
        raise FigureFailed("Words cannot be filled with a pattern.")
    # python-bidi asserts that it knows every letter.
    if not all(unicodedata.bidirectional(char) for char in words.text):
        raise FigureFailed(f"The words {words.text[:40]!r} hold a letter that is in no script.")
    try:
        _ = words.width
    except MissingGlyph as error:
        raise FigureFailed(f"The words {words.text[:40]!r} cannot be drawn: {error}") from error
    return words


def _share(
    total: float, x: float, y: float, matrix: Matrix, anchor: str, rtl: bool, boxes: Sequence[Box], text: str
) -> float:
    """What share of its size leaves a line inside the smallest box in which it begins; 1 where it has room."""
    a, b, c, _d, _e, _f = matrix
    x, y = at(matrix, x, y)
    left, top, right, bottom = boxes[0]
    if text and not (left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1):
        raise FigureFailed(f"The words {text[:40]!r} stand outside the drawing.")
    if not total or a <= 0 or b or c:
        return 1.0
    # Words are drawn after their box, so the last box that holds them is theirs.
    inner = next((box for box in reversed(boxes) if box[0] <= x <= box[2] and box[1] <= y <= box[3]), boxes[0])
    edge = EDGE if inner is not boxes[0] else 0.0
    before, after = x - inner[0] - edge, inner[2] - edge - x
    ahead, behind = (before, after) if rtl else (after, before)
    room = {START: ahead, CENTER: 2 * min(before, after), END: behind}[anchor]
    if total * a * SMALLEST > room:
        raise FigureFailed(f"The words {text[:40]!r} have no room in the drawing.")
    return min(1.0, room / (total * a))
