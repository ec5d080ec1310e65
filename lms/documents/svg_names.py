"""What a drawing may be made of: as the checks of lessons allow it and as the engine prints it. Cheap to import."""

from __future__ import annotations

SHAPES = frozenset(["path", "rect", "circle", "ellipse", "line", "polyline", "polygon"])
#: Of drawings made by hand; anything else in one is a problem.
TAGS = SHAPES | {"svg", "title", "desc", "g", "defs", "marker", "text", "tspan"}
ATTRIBUTES = frozenset([
    "viewBox", "preserveAspectRatio", "role", "aria-labelledby", "aria-label", "aria-hidden", "lang", "id", "class",
    "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "d", "points", "width", "height", "transform",
    "text-anchor", "direction", "unicode-bidi", "font-size", "font-weight", "dx", "dy", "dominant-baseline",
    "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray", "fill-opacity", "opacity",
    "markerWidth", "markerHeight", "refX", "refY", "orient", "marker-end", "marker-start", "marker-mid",
])  # fmt: skip
#: Of the fillings that our own charts are drawn with, besides.
PATTERN_TAGS = frozenset(["pattern"])
PATTERN_ATTRIBUTES = frozenset(["fill", "patternUnits", "patternTransform"])
