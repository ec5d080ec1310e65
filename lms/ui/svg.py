"""Pieces of the drawings made on the server: text, rectangles, patterns. Their looks come from classes."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from markupsafe import escape

#: Tones drawn with a pattern, and the kind of pattern.
PATTERNS = {"men": "hatch", "urban": "hatch", "unknown": "dots"}


def name_of(id: str | None, lang: str, title: str, content: object, size: str) -> str:
    """Stable, so that the same content renders to the same bytes."""
    return f"c{zlib.crc32(f'{id} {lang} {title} {content}'.encode()):x}{size[:1]}"


def opening(name: str, width: float, height: float, title: str, description: str, more: str = "") -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="{name}-t {name}-d"{more}>'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(description)}</desc>'
    )


def patterns(name: str, tones: Sequence[str]) -> str:
    kinds = {PATTERNS[tone] for tone in tones if tone in PATTERNS}
    drawn = ""
    if "hatch" in kinds:
        drawn += (
            f'<pattern id="{name}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><rect class="hatch-ground" width="6" height="6"/>'
            '<line class="hatch-line" x1="3" x2="3" y2="6"/></pattern>'
        )
    if "dots" in kinds:
        drawn += (
            f'<pattern id="{name}-dots" width="6" height="6" patternUnits="userSpaceOnUse">'
            '<rect class="hatch-ground" width="6" height="6"/>'
            '<circle class="hatch-dot" cx="3" cy="3" r="1.3"/>'
            "</pattern>"
        )
    return drawn


def rect(name: str, tone: str, x: float, y: float, width: float, height: float) -> str:
    fill = f' fill="url(#{name}-{PATTERNS[tone]})"' if tone in PATTERNS else ""
    return f'<rect class="bar-{tone}" x="{x}" y="{y}" width="{round(width, 1)}" height="{height}"{fill}/>'


def text(x: float, y: float, words: str, kind: str, size: float, anchor: str, direction: str) -> str:
    return (
        f'<text class="{kind}" x="{x}" y="{round(y, 1)}" font-size="{size}" text-anchor="{anchor}" '
        f'direction="{direction}">{escape(words)}</text>'
    )
