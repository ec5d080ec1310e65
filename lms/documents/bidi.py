"""Embedding levels of a line (UAX 9) and the visual order of its runs.

The steps are python-bidi's; its Python side has no bracket rule (N0), which is added here between the weak and the
neutral step, and fails on isolates, which are taken out first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bidi import algorithm

from lms.core.text import BIDI_CONTROLS

OPENING = {"(": ")", "[": "]", "{": "}"}
CLOSING = {close: opening for opening, close in OPENING.items()}


@dataclass(frozen=True)
class Run:
    """A stretch of one level; odd levels run from right to left."""

    text: str
    level: int

    @property
    def is_rtl(self) -> bool:
        return self.level % 2 == 1


def levels(text: str, *, rtl: bool) -> list[tuple[str, int]]:
    """Each character with its level, in the order of typing; direction marks are dropped."""
    storage = algorithm.get_empty_storage()
    storage["base_level"] = int(rtl)
    storage["base_dir"] = "R" if rtl else "L"
    algorithm.get_embedding_levels(BIDI_CONTROLS.sub("", text), storage)
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
    for char, level in levels(text, rtl=rtl):
        if runs and runs[-1].level == level:
            runs[-1] = Run(runs[-1].text + char, level)
        else:
            runs.append(Run(char, level))
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
