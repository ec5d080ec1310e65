"""The icon sprite: symbols of the ``lucide`` package under our own names, and the eight-pointed star."""

from __future__ import annotations

import re
from functools import lru_cache
from math import cos, pi, sin
from urllib.parse import quote

from markupsafe import Markup

#: our name -> name in the package. Templates use ours, so that the package can change.
ICONS = {
    "home": "house", "path": "route", "calendar": "calendar", "calendar-plus": "calendar-plus",
    "award": "award",
    "help": "circle-question-mark", "user": "user-round", "users": "users-round", "check": "check",
    "clock": "clock", "lock": "lock", "flag": "flag", "eye": "eye", "eye-off": "eye-off",
    "arrow": "arrow-right",
    "chevron": "chevron-right", "back": "chevron-left", "chevron-down": "chevron-down", "chevron-up": "chevron-up",
    "download": "download",
    "upload": "upload", "book": "book-open", "search": "search", "list-checks": "list-checks",
    "chart": "chart-column", "building": "building-2", "table": "table-2", "shield": "shield",
    "alert": "triangle-alert", "info": "info", "close": "x", "file": "file", "file-text": "file-text",
    "key": "key-round", "menu": "menu", "sign-out": "log-out", "mail": "mail", "languages": "languages",
    "refresh": "refresh-cw", "external": "external-link", "minus": "minus", "plus": "plus", "copy": "copy",
    "printer": "printer", "settings": "settings", "message": "message-square-text", "pencil": "pencil",
    "layers": "layers", "bold": "bold", "italic": "italic", "list": "list", "undo": "undo-2",
    "trash": "trash-2", "archive": "archive", "qr": "qr-code", "offline": "wifi-off", "sun": "sun", "moon": "moon",
    "monitor": "monitor",
}  # fmt: skip
#: Icons that point along the line of reading: mirrored in Arabic.
POINTING = frozenset(
    {"arrow", "back", "chevron", "book", "list-checks", "path", "message", "table", "sign-out", "external"}
)
#: Inner corners of the star, as a share of its outer radius.
INNER = 0.7654


def sprite() -> str:
    """All icons as symbols of one file."""
    from lucide.jinja import lucide

    symbols = [_symbol(name, str(lucide(source))) for name, source in ICONS.items()]
    symbols += [
        f'<symbol id="mark" viewBox="-16 -16 32 32"><path fill="currentColor" stroke="none" '
        f'fill-rule="evenodd" d="{star(16)}{star(16 * 0.53)}"/></symbol>',
        f'<symbol id="star" viewBox="-17 -17 34 34"><path fill="currentColor" stroke="none" d="{star(16)}"/></symbol>',
        f'<symbol id="star-line" viewBox="-17 -17 34 34"><path stroke-linejoin="miter" d="{star(16)}"/></symbol>',
    ]
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'


def _symbol(name: str, svg: str) -> str:
    drawing = re.sub(r"\s+", " ", svg[svg.index(">") + 1 : svg.rindex("<")])
    drawing = drawing.replace("> <", "><").replace(" />", "/>").strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>'


@lru_cache(maxsize=1024)
def use(
    sprite: str,
    name: str,
    *,
    flip: bool | None = None,
    small: bool = False,
    label: str | None = None,
    classes: str = "",
) -> Markup:
    """An icon of the sprite at this address; without a ``label`` it is hidden from assistive technology.

    Icons that point somewhere turn round in Arabic unless ``flip`` says otherwise. Drawn some twenty times a page.
    """
    turned = name in POINTING if flip is None else flip
    names = " ".join(part for part in ("icon", "small" * small, "flip" * turned, classes) if part)
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    text = '<svg class="{}" {} focusable="false"><use href="{}#{}"/></svg>'
    return Markup(text).format(names, said, sprite, name)


def star(radius: float, x: float = 0, y: float = 0) -> str:
    """Path of a star of sixteen points round ``x, y``."""
    points = []
    for index in range(16):
        reach = radius if index % 2 == 0 else radius * INNER
        angle = index * pi / 8
        points.append(f"{x + reach * cos(angle):.2f} {y + reach * sin(angle):.2f}")
    return "M" + "L".join(points) + "Z"


def mark_address() -> str:
    """The mark as a data address: the icon of the browser's tab, without a request of its own."""
    return _data_address(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-16 -16 32 32">'
        f'<path fill="#0b4a3a" fill-rule="evenodd" d="{star(16)}{star(16 * 0.53)}"/></svg>'
    )


def _data_address(drawing: str) -> str:
    return "data:image/svg+xml," + quote(drawing, safe="=:/")


def pattern(tile: int, colour: str = "white", opacity: float = 0.1) -> str:
    """A tile of the khatam in thin lines, as a data address: one star to the tips, one of 0.56 inside it."""
    half = tile / 2
    return _data_address(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{tile}" height="{tile}">'
        f'<path fill="none" stroke="{colour}" stroke-opacity="{opacity}" d="{star(half, half, half)}'
        f'{star(half * 0.56, half, half)}"/></svg>'
    )
