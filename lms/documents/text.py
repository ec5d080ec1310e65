"""Text on a page: shaping, measuring, breaking, drawing. A line is broken first, then ordered and shaped."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import uharfbuzz as hb
from reportlab.pdfgen.canvas import Canvas

from lms.documents.bidi import visual_runs
from lms.documents.fonts import Drawn, EmbeddedFont, Face, Part, face

START, CENTER, END = "start", "center", "end"
#: Kerning after ra and waw splits Arabic words for extractors; Latin ligatures would need two letters on one glyph.
_FEATURES = {True: {"kern": False}, False: {"liga": False, "clig": False}}


@dataclass(frozen=True)
class Style:
    """How a line looks. ``size`` and ``tracking`` in points; only Latin is ever tracked."""

    face: str
    size: float
    color: str = "#1B1F1E"
    tracking: float = 0.0


def shape(text: str, face_name: str, *, rtl: bool) -> tuple[Drawn, ...]:
    """The glyphs of a line from left to right."""
    return _shape(text, face_name, rtl)


@lru_cache(maxsize=4096)
def _shape(text: str, face_name: str, rtl: bool) -> tuple[Drawn, ...]:
    used = face(face_name)
    used.check(text)
    drawn: list[Drawn] = []
    for run in visual_runs(text, rtl=rtl):
        drawn += _shape_run(used, run.text, run.is_rtl)
    return tuple(drawn)


def _shape_run(used: Face, text: str, rtl: bool) -> list[Drawn]:
    buffer = hb.Buffer()
    buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.add_str(text)
    buffer.direction = "rtl" if rtl else "ltr"
    buffer.script = "Arab" if rtl else "Latn"
    buffer.language = "ar" if rtl else "fr"
    hb.shape(used.hb_font, buffer, _FEATURES[rtl])
    glyphs = list(zip(buffer.glyph_infos, buffer.glyph_positions, strict=True))
    starts = sorted({info.cluster for info, _position in glyphs})
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    drawn: list[Drawn] = []
    place = 0
    while place < len(glyphs):
        cluster = glyphs[place][0].cluster
        group = []
        while place < len(glyphs) and glyphs[place][0].cluster == cluster:
            group.append(glyphs[place])
            place += 1
        drawn += _cluster(used, group, text[cluster : ends[cluster]])
    return drawn


def _cluster(used: Face, group: list[tuple[hb.GlyphInfo, hb.GlyphPosition]], text: str) -> list[Drawn]:
    """Glyphs that stand for one piece of text, each with the letter it gives back."""
    parts = []
    pen = 0
    for info, position in group:
        name = used.glyph_names[info.codepoint]
        parts.append((Part(name, pen + position.x_offset, position.y_offset), position.x_advance))
        pen += position.x_advance
    if len(parts) == 1:
        part, advance = parts[0]
        main = Drawn((Part(part.glyph, 0, 0),), text[-1], advance, part.x, part.y)
    else:
        main = Drawn(tuple(part for part, _advance in parts), text[-1], pen, 0, 0)
    # In a right-to-left run the earlier letters stand to the right of the last one.
    return [main, *(Drawn((), char, 0, 0, 0) for char in reversed(text[:-1]))]


def width(text: str, style: Style, *, rtl: bool) -> float:
    """Width of a line in points."""
    advance = sum(one.advance for one in shape(text, style.face, rtl=rtl))
    return advance * style.size / face(style.face).units_per_em + style.tracking * max(len(text) - 1, 0)


def break_lines(text: str, style: Style, limit: float, *, rtl: bool) -> list[str]:
    """The text as lines not wider than ``limit`` points; a longer word stands alone."""
    lines: list[str] = []
    for word in text.split():
        candidate = f"{lines[-1]} {word}" if lines else word
        if lines and width(candidate, style, rtl=rtl) <= limit:
            lines[-1] = candidate
        else:
            lines.append(word)
    return lines


def fit(text: str, style: Style, limit: float, *, rtl: bool, floor: float) -> tuple[list[str], Style]:
    """One line, smaller down to ``floor`` points; below that, two lines or more at the floor's size."""
    size = style.size
    while size > floor and width(text, _sized(style, size), rtl=rtl) > limit:
        size -= 0.5
    fitted = _sized(style, size)
    if width(text, fitted, rtl=rtl) <= limit:
        return [text], fitted
    return break_lines(text, fitted, limit, rtl=rtl), fitted


def _sized(style: Style, size: float) -> Style:
    return Style(style.face, size, style.color, style.tracking)


class Pen:
    """Draws lines on one ReportLab canvas with fonts embedded in its document."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self._fonts: dict[str, EmbeddedFont] = {}

    def line(self, x: float, y: float, text: str, style: Style, *, rtl: bool, align: str = START) -> float:
        """Draw one line on the baseline ``y``; gives its width. START is the side where reading starts."""
        wide = width(text, style, rtl=rtl)
        if align == CENTER:
            left = x - wide / 2
        elif (align == START) == rtl:
            left = x - wide
        else:
            left = x
        self._draw(left, y, shape(text, style.face, rtl=rtl), style)
        return wide

    def lines(
        self,
        x: float,
        y: float,
        lines: list[str],
        style: Style,
        step: float,
        *,
        rtl: bool,
        align: str = START,
    ) -> float:
        """Draw lines downwards; gives the baseline after the last one."""
        for text in lines:
            self.line(x, y, text, style, rtl=rtl, align=align)
            y -= step
        return y

    def _draw(self, x: float, y: float, glyphs: tuple[Drawn, ...], style: Style) -> None:
        font = self._font(style.face)
        upem = font.face.units_per_em
        items: list[str] = []
        drift = 0.0  # where the file's own advances lead, less where the glyph belongs, in font units
        rise = 0
        code: list[str] = []
        for one in glyphs:
            if one.y != rise:
                code += [f"[{' '.join(items)}] TJ" if items else "", f"{one.y * style.size / upem:.3f} Ts"]
                items, rise = [], one.y
            shift = drift - one.x
            if abs(shift) > 0.01:
                items.append(f"{shift * 1000 / upem:.2f}")
            items.append(f"<{font.cid(one.parts, one.text):04X}>")
            drift += font.width(one.parts) - one.advance - shift - style.tracking * upem / style.size
        code.append(f"[{' '.join(items)}] TJ")
        if rise:
            code.append("0 Ts")
        self.canvas.setFillColor(style.color)
        body = "\n".join(line for line in code if line)
        self.canvas._code.append(f"BT /{font.resource} {style.size:g} Tf 1 0 0 1 {x:.3f} {y:.3f} Tm\n{body}\nET")

    def _font(self, name: str) -> EmbeddedFont:
        if name not in self._fonts:
            document = self.canvas._doc
            font = EmbeddedFont(face(name), f"HB{len(self._fonts) + 1}")
            document.fontMapping[font.fontName] = f"/{font.resource}"
            document.delayedFonts.append(font)
            self._fonts[name] = font
        return self._fonts[name]
