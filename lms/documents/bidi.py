"""Embedding levels of a line (UAX 9) and the visual order of its runs.

The steps are python-bidi's; its Python side has no bracket rule (N0), which is added here between the weak and the
neutral step, and fails on isolates, which are taken out first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bidi import algorithm

from lms.core.text import BIDI_CONTROLS

#: What has no place of its own on a line: direction marks, joiners, soft hyphens, control characters.
_PLACELESS = re.compile(
    f"{BIDI_CONTROLS.pattern}|[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b-\u200d\u2060\ufeff]"
)
_RTL_OR_ARABIC_DIGIT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
#: A line of these alone is one right-to-left run: Arabic letters and marks, spaces, the common signs.
_ARABIC_ALONE = re.compile("[\u0621-\u064a\u064b-\u0652 \u00a0\u060c\u061b\u061f.:!«»\u2013\u2014\u2026]+")
OPENING = {"(": ")", "[": "]", "{": "}"}
CLOSING = {close: opening for opening, close in OPENING.items()}


@dataclass(frozen=True)
class Run:
    """A stretch of one level; odd levels run from right to left. ``start``: place of its first letter in the line."""

    text: str
    level: int
    start: int

    @property
    def is_rtl(self) -> bool:
        return self.level % 2 == 1


def without_marks(text: str) -> str:
    """The text without characters that have no place of their own; what is shaped must be clean of them."""
    return _PLACELESS.sub("", text)


def levels(text: str, *, rtl: bool) -> list[tuple[str, int]]:
    """Each character with its level, in the order of typing; characters without a place are dropped."""
    text = without_marks(text)
    # The two usual cases need no algorithm: it would give each character the same level.
    if not rtl and not _RTL_OR_ARABIC_DIGIT.search(text):
        return [(char, 0) for char in text]
    if rtl and _ARABIC_ALONE.fullmatch(text):
        return [(char, 1) for char in text]
    storage = algorithm.get_empty_storage()
    storage["base_level"] = int(rtl)
    storage["base_dir"] = "R" if rtl else "L"
    algorithm.get_embedding_levels(text, storage)
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    for run in storage["runs"]:
        _resolve_brackets(storage["chars"][run["start"] : run["start"] + run["length"]], run["sor"], int(rtl))
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    chars = storage["chars"]
    for char in reversed(chars):  # L1: blanks at the end of the line stay at its end
        if char["orig"] not in ("WS", "BN", "S", "B"):
            break
        char["level"] = int(rtl)
    return [(char["ch"], char["level"]) for char in chars]


def _resolve_brackets(chars: list[dict[str, Any]], sor: str, base_level: int) -> None:
    """N0: a pair takes the direction of what it holds, or of what stands before it."""
    for opening, closing in _pairs(chars):
        embedding = "R" if chars[opening]["level"] % 2 else "L"
        inside = {_strong(char) for char in chars[opening + 1 : closing]} - {None}
        if embedding in inside:
            direction = embedding
        elif inside:
            before = next((d for char in reversed(chars[:opening]) if (d := _strong(char))), sor)
            direction = before if before in inside else embedding
        else:
            continue
        for place in (opening, closing):
            chars[place]["type"] = direction
            for mark in chars[place + 1 :]:
                if mark["orig"] != "NSM":
                    break
                mark["type"] = direction


def _strong(char: dict[str, Any]) -> str | None:
    kind = char["type"]
    if kind in ("L", "R"):
        return str(kind)
    return "R" if kind in ("EN", "AN", "AL") else None


def _pairs(chars: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """Matching brackets, by the place of the opening one."""
    stack: list[tuple[str, int]] = []
    found: list[tuple[int, int]] = []
    for place, char in enumerate(chars):
        if char["type"] != "ON":
            continue
        if char["ch"] in OPENING:
            if len(stack) == 63:
                break
            stack.append((char["ch"], place))
        elif char["ch"] in CLOSING:
            for depth in range(len(stack) - 1, -1, -1):
                if stack[depth][0] == CLOSING[char["ch"]]:
                    found.append((stack[depth][1], place))
                    del stack[depth:]
                    break
    return sorted(found)


def visual_runs(text: str, *, rtl: bool) -> list[Run]:
    """The runs of a line from left to right (L2); the text inside each stays in the order of typing."""
    runs: list[Run] = []
    for place, (char, level) in enumerate(levels(text, rtl=rtl)):
        if runs and runs[-1].level == level:
            runs[-1] = Run(runs[-1].text + char, level, runs[-1].start)
        else:
            runs.append(Run(char, level, place))
    if not runs:
        return []
    highest = max(run.level for run in runs)
    lowest_odd = min((run.level for run in runs if run.is_rtl), default=highest + 1)
    for level in range(highest, lowest_odd - 1, -1):
        start = None
        for place in range(len(runs) + 1):
            if place < len(runs) and runs[place].level >= level:
                start = place if start is None else start
            elif start is not None:
                runs[start:place] = reversed(runs[start:place])
                start = None
    return runs


def visual_text(text: str, *, rtl: bool) -> str:
    """The characters of a line as they stand from left to right, brackets not mirrored; for comparison in tests."""
    return "".join(run.text[::-1] if run.is_rtl else run.text for run in visual_runs(text, rtl=rtl))
