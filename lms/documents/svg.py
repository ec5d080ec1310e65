"""Our own SVG drawings on a PDF page: shapes as vectors, words by the text engine. Only what lessons use is known.

A drawing is read and checked whole before its first mark: what cannot be drawn fails in one sentence. Looks come
from classes, as on screen (``lms.documents.svg_values.LOOKS``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring
from reportlab.pdfgen.canvas import FILL_NON_ZERO, Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from lms.documents import svg_names
from lms.documents.pen import Pen
from lms.documents.svg_text import Label, lines_of
from lms.documents.svg_values import (
    DEEPEST,
    IDENTITY,
    LARGEST,
    LONGEST_PATH,
    SHAPES,
    Box,
    FigureFailed,
    Look,
    Matrix,
    Step,
    bounds_of,
    corners_of,
    inverse,
    look_of,
    moved,
    number_of,
    numbers_in,
    rotation,
    size_of,
    steps_of,
    then,
    transform,
)

__all__ = ["Drawing", "FigureFailed", "draw", "parse"]

#: More than any of our drawings needs; beyond it lies a mistake or an attack.
LONGEST, MOST_ELEMENTS, MOST_PARTS, MOST_TILES = 500_000, 5_000, 10_000, 50_000

#: Units by which a line at the edge may stand out: our circles in the margin would be cut flat.
OVERLAP = 1.0

#: What is known; anything else fails.
TAGS = svg_names.TAGS | svg_names.PATTERN_TAGS
ATTRIBUTES = svg_names.ATTRIBUTES | svg_names.PATTERN_ATTRIBUTES


@dataclass(frozen=True)
class Shape:
    """A path in its own coordinates; ``matrix`` leads to those of the drawing, ``inside`` is drawn clipped to it."""

    steps: tuple[Step, ...]
    matrix: Matrix
    look: Look
    inside: tuple[Shape, ...] = ()

    def draw(self, pen: Pen, base: Matrix) -> None:
        canvas, look = pen.canvas, self.look
        canvas.saveState()
        canvas.transform(*then(base, self.matrix))
        if self.inside:
            canvas.saveState()
            canvas.clipPath(self._path(canvas), stroke=0, fill=0, fillMode=FILL_NON_ZERO)
            for part in self.inside:
                part.draw(pen, IDENTITY)
            canvas.restoreState()
        fills, strokes = bool(look.fill and not self.inside), bool(look.stroke and look.width)
        if fills or strokes:
            _dress(canvas, look)
            canvas.drawPath(self._path(canvas), stroke=int(strokes), fill=int(fills), fillMode=FILL_NON_ZERO)
        canvas.restoreState()

    def _path(self, canvas: Canvas) -> PDFPathObject:
        path = canvas.beginPath()
        draw = {"M": path.moveTo, "L": path.lineTo, "C": path.curveTo, "Z": path.close}
        for command, numbers in self.steps:
            draw[command](*numbers)
        return path


def _dress(canvas: Canvas, look: Look) -> None:
    # With the colours: a colour without an opacity of its own is solid.
    if look.fill and not look.pattern:
        canvas.setFillColor(look.fill, look.shade)
    if look.stroke:
        canvas.setStrokeColor(look.stroke, look.opacity)
        canvas.setLineWidth(look.width)
        canvas.setLineCap(look.cap)
        canvas.setLineJoin(look.join)
        canvas.setMiterLimit(4)
        canvas.setDash(list(look.dash))


@dataclass(frozen=True)
class Drawing:
    """A drawing that was read whole: its size in its own units, what it is called and says, its parts in order."""

    width: float
    height: float
    title: str
    description: str
    parts: tuple[Shape | Label, ...]


def parse(svg: str) -> Drawing:
    """The drawing in a text of SVG. Raises FigureFailed, and nothing else, when it cannot be drawn."""
    root = _root(svg)
    left, top, wide, high = _view_box(root)
    reader = _Reader(root, wide, high)
    reader.children(root, (1, 0, 0, 1, -left, -top), look_of(root, Look()))
    said = {_tag(child): " ".join("".join(child.itertext()).split()) for child in reversed(root)}
    return Drawing(wide, high, said.get("title", ""), said.get("desc", ""), tuple(reader.parts))


def draw(pen: Pen, drawing: Drawing, x: float, top: float, scale: float) -> None:
    """Draw with the upper-left corner at (x, top); ``x``, ``top`` in points, ``scale`` in points per unit.

    Nothing goes further than ``OVERLAP`` out of the drawing's frame. Tags are the caller's to add.
    """
    canvas, over = pen.canvas, OVERLAP * scale
    wide, high = drawing.width * scale + 2 * over, drawing.height * scale + 2 * over
    canvas.saveState()
    frame = canvas.beginPath()
    frame.rect(x - over, top + over - high, wide, high)
    canvas.clipPath(frame, stroke=0, fill=0, fillMode=FILL_NON_ZERO)
    for part in drawing.parts:
        part.draw(pen, (scale, 0, 0, -scale, x, top))
    canvas.restoreState()


def _tag(element: Element) -> str:
    return str(element.tag).removeprefix("{http://www.w3.org/2000/svg}")


def _root(svg: str) -> Element:
    """The tree, made of known elements and attributes only."""
    if len(svg) > LONGEST:
        raise FigureFailed(f"The drawing is longer than {LONGEST} characters.")
    try:
        root: Element = fromstring(svg, forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as error:
        raise FigureFailed(f"The drawing is not XML that may be read: {error}.") from error
    for count, element in enumerate(root.iter()):
        if count == MOST_ELEMENTS:
            raise FigureFailed(f"The drawing has more than {MOST_ELEMENTS} elements.")
        if _tag(element) not in TAGS or (_tag(element) == "svg") != (element is root):
            raise FigureFailed(f"The element {_tag(element)[:40]} cannot be drawn here.")
        for name, value in element.attrib.items():
            if name not in ATTRIBUTES or len(value) > LONGEST_PATH:
                raise FigureFailed(f"The attribute {name[:40]} is unknown or too long.")
    return root


def _view_box(root: Element) -> Box:
    numbers = numbers_in(root.get("viewBox", ""), "viewBox")
    if len(numbers) != 4 or numbers[2] <= 0 or numbers[3] <= 0:
        raise FigureFailed("The drawing has no viewBox with a width and a height.")
    return numbers[0], numbers[1], numbers[2], numbers[3]


def _repeated(element: Element, lefts: list[float], tops: list[float], high: float) -> tuple[Step, ...]:
    """A line or a dot of a pattern in each tile; the lines of a column are one."""
    if _tag(element) == "line" and element.get("x1") == element.get("x2"):
        x = number_of(element, "x1")
        return steps_of("".join(f"M{left + x} {tops[0]}V{tops[-1] + high}" for left in lefts))
    if _tag(element) == "circle":
        dot = steps_of(SHAPES["circle"](element))
        return tuple(step for left in lefts for top in tops for step in moved(dot, left, top))
    raise FigureFailed("A pattern is made of more than a ground, upright lines and dots.")


class _Reader:
    """Turns elements into parts, in the order of drawing."""

    def __init__(self, root: Element, wide: float, high: float) -> None:
        self.ids = {element.get("id", ""): element for element in root.iter()}
        self.parts: list[Shape | Label] = []
        self.tiles = 0
        #: Where words may stand: the whole drawing, and the rectangles drawn so far.
        self.boxes: list[Box] = [(0.0, 0.0, wide, high)]

    def children(self, element: Element, matrix: Matrix, look: Look, depth: int = 0) -> None:
        if depth > DEEPEST:
            raise FigureFailed(f"Groups stand in one another more than {DEEPEST} deep.")
        for child in element:
            tag = _tag(child)
            if tag in ("title", "desc", "defs", "pattern", "marker"):
                continue
            own, place = look_of(child, look), then(matrix, transform(child.get("transform", "")))
            if not all(abs(number) <= LARGEST for number in place):
                raise FigureFailed(f"Transforms lead further than {LARGEST:g} units.")
            if tag == "g":
                self.children(child, place, own, depth + 1)
            elif tag == "text":
                for words in lines_of(child, place, own, self.boxes):
                    self._add(words)
            elif tag in SHAPES:
                self._shape(child, place, own)
                self._markers(child, place, own)
            else:
                raise FigureFailed(f"The element {tag} stands alone.")

    def _add(self, part: Shape | Label) -> None:
        if len(self.parts) == MOST_PARTS:
            raise FigureFailed(f"The drawing has more than {MOST_PARTS} parts.")
        self.parts.append(part)

    def _shape(self, element: Element, matrix: Matrix, look: Look) -> None:
        steps = steps_of(SHAPES[_tag(element)](element))
        bounds = bounds_of(steps, matrix)
        if _tag(element) == "line":
            look = replace(look, fill="")  # It has no inside, which some viewers would fill all the same.
        if not steps or not (look.fill or look.stroke):
            return
        self._add(Shape(steps, matrix, look, self._pattern(look, steps) if look.pattern else ()))
        if _tag(element) == "rect":
            self.boxes.append(bounds)

    def _pattern(self, filled: Look, steps: tuple[Step, ...]) -> tuple[Shape, ...]:
        """Ground, upright lines and dots of a pattern, as far as the shape reaches. Lines are drawn unbroken."""
        name = filled.pattern
        pattern = self.ids.get(name)
        if pattern is None or _tag(pattern) != "pattern" or pattern.get("patternUnits") != "userSpaceOnUse":
            raise FigureFailed(f"The pattern {name[:40]} is missing, or is not measured in units of the drawing.")
        wide, high = size_of(pattern, "width"), size_of(pattern, "height")
        turn = transform(pattern.get("patternTransform", ""))
        left, top, right, bottom = bounds_of(steps, inverse(turn))
        if min(wide, high) < 1 or (right - left + wide) * (bottom - top + high) > MOST_TILES * wide * high:
            raise FigureFailed(f"The pattern {name[:40]} is too fine.")
        columns = range(math.floor(left / wide), math.ceil(right / wide) + 1)
        rows = range(math.floor(top / high), math.ceil(bottom / high) + 1)
        self.tiles += len(columns) * len(rows) * len(pattern)
        if self.tiles > MOST_TILES:
            raise FigureFailed(f"Patterns repeat more than {MOST_TILES} times.")
        found = []
        for child in pattern:
            look = look_of(child, Look(opacity=filled.shade))
            if _tag(child) == "rect":
                found.append(Shape(steps, IDENTITY, look))
            else:
                tiled = _repeated(child, [column * wide for column in columns], [row * high for row in rows], high)
                found.append(Shape(tiled, turn, look))
        return tuple(found)

    def _markers(self, element: Element, matrix: Matrix, look: Look) -> None:
        """Heads of arrows and the like: at the ends and the corners of an open path."""
        names = {name: element.get(f"marker-{name}", "none") for name in ("start", "mid", "end")}
        if set(names.values()) == {"none"} or not look.width:
            return
        corners = list(corners_of(steps_of(SHAPES[_tag(element)](element))))
        for place, (x, y, angle) in enumerate(corners):
            which = "start" if place == 0 else "end" if place == len(corners) - 1 else "mid"
            if names[which] != "none":
                spot = then(then(matrix, (1, 0, 0, 1, x, y)), (look.width, 0, 0, look.width, 0, 0))
                self._marker(names[which], spot, angle + (180 if which == "start" else 0), angle)

    def _marker(self, reference: str, spot: Matrix, reversed_angle: float, angle: float) -> None:
        marker = self.ids.get(reference.removeprefix("url(#").removesuffix(")"))
        if marker is None or _tag(marker) != "marker":
            raise FigureFailed(f"The marker {reference[:40]} is missing.")
        orient = marker.get("orient", "0")
        turns = {"auto": angle, "auto-start-reverse": reversed_angle}
        spot = then(spot, rotation(turns[orient] if orient in turns else number_of(marker, "orient")))
        if "viewBox" in marker.attrib:
            box = _view_box(marker)
            ratio = min(size_of(marker, "markerWidth", 3.0) / box[2], size_of(marker, "markerHeight", 3.0) / box[3])
            if not ratio:
                return
            spot = then(spot, (ratio, 0, 0, ratio, 0, 0))
        spot = then(spot, (1, 0, 0, 1, -number_of(marker, "refX"), -number_of(marker, "refY")))
        for child in marker:
            if _tag(child) not in SHAPES:
                raise FigureFailed("A marker is made of more than shapes.")
            self._shape(child, then(spot, transform(child.get("transform", ""))), look_of(child, Look()))
