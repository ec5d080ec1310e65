"""What the values in a drawing mean: numbers, classes and attributes, transforms, path data. Anything else fails."""

from __future__ import annotations

import cmath
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from xml.etree.ElementTree import Element

from fontTools.svgLib.path import parse_path
from fontTools.svgLib.path.arc import EllipticalArc

from lms.documents import CannotDraw
from lms.documents.pen import CENTER, END, START

#: Larger numbers and longer paths than any of our drawings needs: a mistake or an attack.
LARGEST, LONGEST_PATH, LONGEST_TRANSFORM, DEEPEST = 1e5, 20_000, 500, 20
INK, MUTED, GREEN, RUST, GREY, PAPER = "#1B1F1E", "#4F5B55", "#0B4A3A", "#A9501F", "#5F6B66", "#FFFFFF"

_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
#: As fontTools reads them: it passes over everything else in silence.
_PATH_TOKEN = re.compile(
    r"[MmZzLlHhVvCcSsQqTtAa\s,]|[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
)
_TRANSFORM = re.compile(r"\s*([A-Za-z]+)\s*\(([^()]*)\)\s*,?")

Matrix = tuple[float, float, float, float, float, float]
#: M, L, C or Z with its numbers.
Step = tuple[str, tuple[float, ...]]
#: Left, top, right, bottom.
Box = tuple[float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


class FigureFailed(CannotDraw):
    """A drawing that cannot be drawn, with one sentence that says what is wrong."""


@dataclass(frozen=True)
class Look:
    """What an element hands down: colours ("" for none), lines in units, and how its words stand."""

    fill: str = INK
    stroke: str = ""
    width: float = 1.0
    dash: tuple[float, ...] = ()
    cap: int = 0
    join: int = 0
    opacity: float = 1.0
    fill_opacity: float = 1.0
    face: str = "plex"
    size: float = 16.0
    anchor: str = START
    rtl: bool = False
    #: Share of the size by which words stand lower.
    drop: float = 0.0

    @property
    def pattern(self) -> str:
        """Name of the pattern that fills a shape, if one does."""
        return self.fill[len("url(#") : -1] if self.fill.startswith("url(") else ""

    @property
    def shade(self) -> float:
        """Opacity of what is filled, 0.0 to 1.0."""
        return min(self.opacity * self.fill_opacity, 1.0)


#: Class -> what it changes. A class wins over an attribute, as in CSS.
LOOKS: Mapping[str, Mapping[str, Any]] = {
    "f-brand": {"fill": GREEN}, "f-brand-soft": {"fill": "#E3F1EB"}, "f-accent": {"fill": RUST},
    "f-surface": {"fill": PAPER}, "f-surface2": {"fill": "#EFEDE6"}, "f-gold": {"fill": "#A9853B"},
    "f-none": {"fill": ""}, "f-text": {"fill": INK}, "f-muted": {"fill": MUTED},
    "s-brand": {"stroke": GREEN}, "s-accent": {"stroke": RUST}, "s-rule": {"stroke": "#C4C0B3"},
    "s-control": {"stroke": "#76807A"}, "s-muted": {"stroke": MUTED}, "s-dashed": {"dash": (5.0, 4.0)},
    "t": {"fill": INK}, "t-strong": {"fill": INK, "face": "plex-semibold"}, "t-muted": {"fill": MUTED},
    "t-on-brand": {"fill": PAPER}, "v-brand": {"fill": GREEN},
    "bar-women": {"fill": GREEN}, "bar-rural": {"fill": GREEN}, "bar-total": {"fill": GREEN},
    "bar-men": {"stroke": RUST, "width": 1.2}, "bar-urban": {"stroke": RUST, "width": 1.2},
    "bar-unknown": {"stroke": GREY, "width": 1.2},
    "hatch-ground": {"fill": PAPER}, "hatch-line": {"stroke": RUST, "width": 2.4}, "hatch-dot": {"fill": GREY},
    "axis": {"stroke": "#76807A"}, "guide": {"stroke": MUTED, "dash": (2.0, 4.0)},
    "bracket": {"fill": "", "stroke": INK, "width": 1.5}, "tick-line": {"stroke": "#D5D2C7"},
    "line": {"fill": "", "stroke": GREEN, "width": 2.5, "join": 1, "cap": 1},
    "point": {"fill": PAPER, "stroke": GREEN, "width": 2.5}, "threshold": {"stroke": MUTED, "dash": (5.0, 4.0)},
}  # fmt: skip


def numbers_in(text: str, what: str) -> list[float]:
    """The numbers of a text that holds nothing else. ``what``: its name in the error."""
    found = [float(number) for number in _NUMBER.findall(text)]
    if _NUMBER.sub("", text).strip(" \t\r\n,") or not all(abs(number) <= LARGEST for number in found):
        raise FigureFailed(f"{what} holds something else than numbers up to {LARGEST:g}: {text[:40]!r}.")
    return found


def number_of(element: Element, name: str, default: float = 0.0) -> float:
    """The number in an attribute."""
    text = element.get(name)
    if text is None:
        return default
    numbers = numbers_in(text.strip().removesuffix("px"), name)
    if len(numbers) != 1:
        raise FigureFailed(f"{name} is not one number: {text[:40]!r}.")
    return numbers[0]


def size_of(element: Element, name: str, default: float = 0.0) -> float:
    """The number in an attribute, 0 or more."""
    number = number_of(element, name, default)
    if number < 0:
        raise FigureFailed(f"{name} is below zero.")
    return number


_ROUND = {"butt": 0, "miter": 0, "round": 1, "square": 2, "bevel": 2}
#: Attribute -> the part of the look that it changes, and the values that it may have.
_CHOICES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "stroke-linecap": ("cap", _ROUND), "stroke-linejoin": ("join", _ROUND),
    "font-weight": ("face", {"normal": "plex", "400": "plex"} | dict.fromkeys(("bold", "600", "700"), "plex-semibold")),
    "text-anchor": ("anchor", {"start": START, "middle": CENTER, "end": END}),
    "direction": ("rtl", {"ltr": False, "rtl": True}),
    "dominant-baseline": ("drop", {"auto": 0.0, "alphabetic": 0.0, "middle": 0.28, "central": 0.35, "hanging": 0.8}),
}  # fmt: skip
_SIZES = {"stroke-width": "width", "font-size": "size", "fill-opacity": "fill_opacity"}


def look_of(element: Element, inherited: Look) -> Look:
    """The look of an element: what it inherits, then its attributes, then its classes."""
    found: dict[str, Any] = {part: size_of(element, name) for name, part in _SIZES.items() if name in element.attrib}
    for name, (part, values) in _CHOICES.items():
        if name in element.attrib:
            if element.attrib[name] not in values:
                raise FigureFailed(f"{name} is {element.attrib[name][:40]!r}: use one of {', '.join(values)}.")
            found[part] = values[element.attrib[name]]
    if "stroke-dasharray" in element.attrib:
        dash = numbers_in(element.attrib["stroke-dasharray"].replace("none", ""), "stroke-dasharray")
        found["dash"] = tuple(map(abs, dash)) if any(dash) else ()
    if "fill" in element.attrib:
        found["fill"] = "" if element.attrib["fill"] == "none" else element.attrib["fill"]
        if not re.fullmatch(r"(?:url\(#[^()]+\))?", found["fill"]):
            raise FigureFailed(f"fill is {found['fill'][:40]!r}: colours come from classes.")
    names = element.get("class", "").split()
    for name in names:
        if name not in LOOKS:
            raise FigureFailed(f"The class {name[:40]} has no look on paper.")
    # The later rule of the style sheet wins, whatever the order of the names.
    for name, changes in LOOKS.items():
        found |= changes if name in names else {}
    # A group that is translucent as a whole is drawn as translucent parts.
    return replace(inherited, **found, opacity=inherited.opacity * min(size_of(element, "opacity", 1.0), 1.0))


def then(outer: Matrix, inner: Matrix) -> Matrix:
    """One matrix for ``inner`` and then ``outer``."""
    a, b, c, d, e, f = outer
    g, h, i, j, k, m = inner
    return a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * m + e, b * k + d * m + f


def at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Where a matrix leads a point."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def inverse(matrix: Matrix) -> Matrix:
    """The matrix that leads back."""
    a, b, c, d, e, f = matrix
    area = a * d - b * c
    return d / area, -b / area, -c / area, a / area, (c * f - d * e) / area, (b * e - a * f) / area


def transform(text: str) -> Matrix:
    """The matrix of a transform attribute: translate, scale, rotate and matrix, one after the other."""
    matrix = IDENTITY
    if len(text) > LONGEST_TRANSFORM or _TRANSFORM.sub("", text).strip():
        raise FigureFailed(f"The transform {text[:40]!r} cannot be read.")
    for name, inside in _TRANSFORM.findall(text):
        numbers = numbers_in(inside, name[:40])
        if len(numbers) not in _TRANSFORMS.get(name, ((), None))[0]:
            raise FigureFailed(f"The transform {name[:40]} cannot be drawn with {len(numbers)} numbers.")
        matrix = then(matrix, _TRANSFORMS[name][1](*numbers))
    a, b, c, d, _e, _f = matrix
    if not 1e-6 < abs(a * d - b * c) < LARGEST:
        raise FigureFailed(f"The transform {text[:40]!r} leaves nothing to see.")
    return matrix


def rotation(degrees: float, x: float = 0.0, y: float = 0.0) -> Matrix:
    """The matrix that turns round a point, clockwise on the page."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y


#: Name -> how many numbers it takes, and its matrix.
_TRANSFORMS: Mapping[str, tuple[tuple[int, ...], Callable[..., Matrix]]] = {
    "translate": ((1, 2), lambda x, y=0.0: (1, 0, 0, 1, x, y)),
    "scale": ((1, 2), lambda x, y=None: (x, 0, 0, x if y is None else y, 0, 0)),
    "rotate": ((1, 3), rotation),
    "matrix": ((6,), lambda *numbers: numbers),
}


class _PathPen:
    """Collects what fontTools reads from path data; quadratic curves and arcs become cubic ones."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def moveTo(self, point: tuple[float, float]) -> None:
        self.steps.append(("M", point))

    def lineTo(self, point: tuple[float, float]) -> None:
        self.steps.append(("L", point))

    def curveTo(self, *points: tuple[float, float]) -> None:
        self.steps.append(("C", tuple(number for point in points for number in point)))

    def qCurveTo(self, control: tuple[float, float], end: tuple[float, float]) -> None:
        (x, y), start = control, self.steps[-1][1][-2:]
        near, far = (((px + 2 * x) / 3, (py + 2 * y) / 3) for px, py in (start, end))
        self.curveTo(near, far, end)

    def arcTo(self, rx: float, ry: float, turn: float, large: bool, sweep: bool, end: tuple[float, float]) -> None:
        if rx and ry:
            EllipticalArc(complex(*self.steps[-1][1][-2:]), rx, ry, turn, large, sweep, complex(*end)).draw(self)
        else:
            self.lineTo(end)

    def closePath(self) -> None:
        start = next(numbers for command, numbers in reversed(self.steps) if command == "M")
        if self.steps[-1] == ("L", start):
            self.steps.pop()  # Added by fontTools; without it the corner is joined like the others.
        self.steps.append(("Z", ()))

    def endPath(self) -> None:
        """An open path ends where it is."""


def steps_of(d: str) -> tuple[Step, ...]:
    """The steps of path data."""
    pen = _PathPen()
    try:
        if _PATH_TOKEN.sub("", d):
            raise ValueError("it holds something else than commands and numbers")
        parse_path(d, pen)
    except (ValueError, ArithmeticError, IndexError) as error:
        raise FigureFailed(f"The path {d[:40]!r} cannot be read: {str(error)[:80]}.") from error
    return tuple(pen.steps)


def bounds_of(steps: tuple[Step, ...], matrix: Matrix) -> Box:
    """What the steps reach, corners of curves included."""
    points = [at(matrix, *numbers[place : place + 2]) for _, numbers in steps for place in range(0, len(numbers), 2)]
    if not all(abs(number) <= LARGEST for point in points for number in point):
        raise FigureFailed(f"A shape reaches further than {LARGEST:g} units.")
    xs, ys = zip(*points, strict=True) if points else ((0.0,), (0.0,))
    return min(xs), min(ys), max(xs), max(ys)


def corners_of(steps: tuple[Step, ...]) -> Iterator[tuple[float, float, float]]:
    """Where the steps begin, meet and end, each with the direction there in degrees."""
    drawn = [numbers for _, numbers in steps if numbers]
    for place, numbers in enumerate(drawn):
        here = complex(*numbers[-2:])
        before = complex(*(numbers[-4:-2] or drawn[place - 1][-2:])) if place else here
        after = complex(*drawn[place + 1][:2]) if place + 1 < len(drawn) else here
        way = sum(one / abs(one) for one in (here - before, after - here) if one)
        yield here.real, here.imag, math.degrees(cmath.phase(way))


def moved(steps: tuple[Step, ...], dx: float, dy: float) -> tuple[Step, ...]:
    """The same steps further on."""
    way = (dx, dy)
    return tuple(
        (command, tuple(one + way[place % 2] for place, one in enumerate(numbers))) for command, numbers in steps
    )


def _ellipse(element: Element) -> str:
    rx = size_of(element, "rx", size_of(element, "r"))
    ry = size_of(element, "ry", size_of(element, "r"))
    if not (rx and ry):
        return ""
    left, y = number_of(element, "cx") - rx, number_of(element, "cy")
    return f"M{left} {y}a{rx} {ry} 0 1 1 {2 * rx} 0a{rx} {ry} 0 1 1 {-2 * rx} 0z"


def _rect(element: Element) -> str:
    wide, high = size_of(element, "width"), size_of(element, "height")
    x, y = number_of(element, "x"), number_of(element, "y")
    rx, ry = (size_of(element, name, size_of(element, other)) for name, other in (("rx", "ry"), ("ry", "rx")))
    rx, ry = min(rx, wide / 2), min(ry, high / 2)
    if not (wide and high):
        return ""
    if not (rx and ry):
        return f"M{x} {y}h{wide}v{high}h{-wide}z"
    turns = [f"a{rx} {ry} 0 0 1 {right * rx} {down * ry}" for right, down in ((1, 1), (-1, 1), (-1, -1), (1, -1))]
    across, up = wide - 2 * rx, high - 2 * ry
    return f"M{x + rx} {y}h{across}{turns[0]}v{up}{turns[1]}h{-across}{turns[2]}v{-up}{turns[3]}z"


def _line(element: Element) -> str:
    x1, y1, x2, y2 = (number_of(element, name) for name in ("x1", "y1", "x2", "y2"))
    return f"M{x1} {y1}L{x2} {y2}"


def _points(element: Element) -> str:
    numbers = numbers_in(element.get("points", ""), "points")
    return "M" + " ".join(map(str, numbers[: len(numbers) // 2 * 2])) if len(numbers) > 3 else ""


#: Element -> its path data.
SHAPES: Mapping[str, Callable[[Element], str]] = {
    "path": lambda element: element.get("d", ""),
    "rect": _rect,
    "circle": _ellipse,
    "ellipse": _ellipse,
    "line": _line,
    "polyline": _points,
    "polygon": lambda element: f"{points}z" if (points := _points(element)) else "",
}
