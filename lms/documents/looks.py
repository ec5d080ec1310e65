"""How each kind of paragraph of a paper is set, in both languages. Sizes in points."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lms.documents.ornaments import GREEN, INK, MUTED
from lms.documents.text import Style


@dataclass(frozen=True)
class Look:
    """How a kind of paragraph is set, in points: its style, from line to line, room above and below, indent."""

    style: Style
    step: float
    before: float = 0.0
    after: float = 0.0
    indent: float = 0.0
    keeps_with_next: bool = False


def _look(face: str, size: float, step: float, before: float, after: float, color: str = INK) -> Look:
    return Look(Style(face, size, color), step, before, after)


def _heading(look: Look) -> Look:
    return replace(look, keeps_with_next=True)


#: Amiri looks small and reaches deep: Arabic takes larger letters and more room from line to line.
LOOKS: dict[str, dict[str, Look]] = {
    "fr": {
        "title": _heading(_look("amiri-bold", 25, 30, 0, 8, GREEN)),
        "subtitle": _heading(_look("amiri-italic", 13, 17, 0, 10, MUTED)),
        "heading": _heading(_look("amiri-bold", 16, 20, 15, 5, GREEN)),
        "subheading": _heading(_look("plex-semibold", 10, 14, 8, 3, GREEN)),
        "body": _look("amiri", 11.6, 15.8, 0, 7),
        "item": _look("amiri", 11.6, 15.8, 0, 3.5),
        "small": _look("plex", 8, 11, 0, 8, MUTED),
        "source": _look("plex", 8, 11, 0, 2, MUTED),
        "label": _heading(_look("plex-semibold", 8, 11, 0, 3, GREEN)),
        "cell": _look("amiri", 10.2, 13.4, 0, 0),
        "cell-head": _look("plex-semibold", 8.4, 11, 0, 0, "#FFFFFF"),
        "note": _look("amiri", 9, 11.6, 0, 1.5, MUTED),
        "contents": _look("amiri", 11, 15.4, 0, 0),
        "contents-part": _look("amiri-bold", 12.4, 22, 3, 0, GREEN),
    },
    "ar": {
        "title": _heading(_look("amiri-bold", 29, 44, 0, 6, GREEN)),
        "subtitle": _heading(_look("amiri", 14.5, 22, 0, 10, MUTED)),
        "heading": _heading(_look("amiri-bold", 19, 28, 12, 4, GREEN)),
        "subheading": _heading(_look("plex-semibold", 11, 17, 8, 3, GREEN)),
        "body": _look("amiri", 13.6, 21, 0, 6),
        "item": _look("amiri", 13.6, 21, 0, 2.5),
        "small": _look("plex", 8.6, 13, 0, 7, MUTED),
        "source": _look("plex", 8.6, 13, 0, 1.5, MUTED),
        "label": _heading(_look("plex-semibold", 8.8, 13, 0, 3, GREEN)),
        "cell": _look("amiri", 12, 17.6, 0, 0),
        "cell-head": _look("plex-semibold", 9.2, 13.4, 0, 0, "#FFFFFF"),
        "note": _look("amiri", 10.6, 15.4, 0, 1.5, MUTED),
        "contents": _look("amiri", 12.6, 18.5, 0, 0),
        "contents-part": _look("amiri-bold", 14.4, 25, 3, 0, GREEN),
    },
}
