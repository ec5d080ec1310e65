"""Exercises that a reader does alone in the page: read from their lines in a lesson file. Collects faults, raises none.

An exercise is a fenced block whose lines start with a mark: ``?`` a question, ``+`` its right option and ``-`` a wrong
one, ``=`` a category, ``- [key]`` an item, ``1.`` an item in its right place, ``# id`` a scene, ``>`` the comment on
the line before. A line without a mark goes on with what stands above it; those before the first mark instruct.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

#: Kind of block -> the marks that its lines may start with.
MARKS = {
    "recap": "?+->",
    "check": "?+->",
    "sort": "=[>",
    "order": "1>",
    "calculate": "[>",
    "dialogue": "#[",
    "sheet": "[>",
    "recall": "",
}
KINDS = tuple(MARKS)
NUMBER = re.compile(r"-?\d+(,\d+)?")
_MARKED = re.compile(r"(?P<mark>[?=#>+-]|\d+\.)\s+(?:\[(?P<key>[^\]]*)\]\s+)?(?P<text>.*)")
_RECAP_QUESTIONS = 2
_FEWEST_OPTIONS, _FEWEST_ITEMS = 2, 3
_CATEGORIES = range(2, 6)

Fault = tuple[int, str]


@dataclass
class Entry:
    """One marked line with its comment: a question with its options, a scene with its replies, an item."""

    mark: str
    key: str
    text: str
    line: int
    note: str = ""
    entries: list[Entry] = field(default_factory=list)

    @property
    def shape(self) -> tuple[Any, ...]:
        return (self.mark, self.key, bool(self.note), tuple(entry.shape for entry in self.entries))


@dataclass
class Exercise:
    """What stands in one block. ``note`` is the comment on the whole."""

    kind: str
    argument: str
    line: int
    intro: str = ""
    categories: list[Entry] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    note: str = ""

    @property
    def shape(self) -> tuple[Any, ...]:
        """What both languages must share: marks and keys in their order, never words."""
        return (len(self.categories), bool(self.note), tuple(entry.shape for entry in self.entries))

    def scene(self, key: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.key == key), None)


def parse(kind: str, argument: str, text: str, line: int) -> Exercise:
    """The exercise whose block opens at ``line``."""
    exercise = Exercise(kind, argument, line)
    reader = _Reader(exercise)
    for number, one in enumerate(text.split("\n"), line + 1):
        reader.read(number, one)
    exercise.intro = exercise.intro.strip()
    return exercise


class _Reader:
    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.last: Entry | None = None
        self.in_note = False

    def read(self, number: int, line: str) -> None:
        found = _MARKED.fullmatch(line.strip())
        mark = _mark_of(found, self.exercise.kind, is_inside=bool(self.exercise.entries)) if found else ""
        if found is None or not mark:
            self._go_on(line)
        elif mark == ">":
            self._comment(found["text"])
        else:
            self._add(mark, found, number)

    def _go_on(self, line: str) -> None:
        if self.last is None:
            self.exercise.intro += f"{line}\n"
        elif self.in_note:
            self._comment(line)
        elif line.strip():
            between = "" if self.last.text.endswith("\n") else " "
            self.last.text = f"{self.last.text}{between}{line.strip()}".strip()
        elif self.last.mark == "#" and self.last.text:
            self.last.text += "\n\n"

    def _comment(self, text: str) -> None:
        self.in_note = True
        whole = self.exercise if self.exercise.kind == "order" else self.last
        if whole is not None:
            whole.note = f"{whole.note} {text.strip()}".strip()

    def _add(self, mark: str, found: re.Match[str], number: int) -> None:
        key, text = (found["text"], "") if mark == "#" else (found["key"] or "", found["text"])
        entry = Entry(mark, key.strip(), text.strip(), number)
        if mark == "=":
            self.exercise.categories.append(entry)
        elif (mark in "+-" or (self.exercise.kind == "dialogue" and mark == "[")) and self.exercise.entries:
            self.exercise.entries[-1].entries.append(entry)
        else:
            self.exercise.entries.append(entry)
        self.last, self.in_note = entry, False


def _mark_of(found: re.Match[str], kind: str, *, is_inside: bool) -> str:
    """The mark if this kind of exercise knows it here; "" for a line that is words like any other."""
    mark = found["mark"]
    if mark == "-" and found["key"] is not None and "[" in MARKS[kind]:
        return "["
    if mark[0].isdigit():
        mark = "1"
    if mark in "+-" and not is_inside:
        return ""
    return mark if mark in MARKS[kind] else ""


def titled(intro: str) -> tuple[str, str]:
    """Title and instruction of an exercise that opens with its title in bold; no title: "" and all of it."""
    found = re.match(r"\*\*(?P<title>.+?)\.?\*\*\s*", intro)
    return (found["title"], intro[found.end() :]) if found else ("", intro)


def faults(exercise: Exercise) -> list[Fault]:
    """What is wrong in an exercise: lines, and what to do."""
    return sorted(set(_FAULTS[exercise.kind](exercise)))


def _question_faults(exercise: Exercise) -> Iterator[Fault]:
    if exercise.kind == "recap" and len(exercise.entries) != _RECAP_QUESTIONS:
        yield exercise.line, "a recap asks two questions, each on a line that starts with ?"
    if not exercise.entries:
        yield exercise.line, "a question starts with ?, its options with - and, for the right one, +"
    for question in exercise.entries:
        if len(question.entries) < _FEWEST_OPTIONS or [one.mark for one in question.entries].count("+") != 1:
            yield question.line, "a question has two options or more, exactly one of them marked +"
        yield from _without_comment(question.entries)


def _sort_faults(exercise: Exercise) -> Iterator[Fault]:
    if len(exercise.categories) not in _CATEGORIES:
        yield exercise.line, "two to five categories are needed, each on a line that starts with ="
    yield from _too_few(exercise)
    yield from _without_comment(exercise.entries)
    for item in exercise.entries:
        if not item.key.isdecimal() or not 1 <= int(item.key) <= len(exercise.categories):
            yield item.line, "the number in brackets is that of a category, from 1"


def _order_faults(exercise: Exercise) -> Iterator[Fault]:
    yield from _too_few(exercise)
    if not exercise.note:
        yield exercise.line, "the comment on the right order is missing: add a line > …"


def _calculate_faults(exercise: Exercise) -> Iterator[Fault]:
    if not exercise.entries:
        yield exercise.line, "a calculation is written - [9,7] question"
    yield from _without_comment(exercise.entries)
    for item in exercise.entries:
        if not NUMBER.fullmatch(item.key):
            yield item.line, "the result in brackets is a number with a decimal comma: [9,7]"


def _dialogue_faults(exercise: Exercise) -> Iterator[Fault]:
    if exercise.scene("start") is None:
        yield exercise.line, "a dialogue opens with the scene # start"
        return
    keys = [scene.key for scene in exercise.entries]
    for scene in exercise.entries:
        if keys.count(scene.key) > 1:
            yield scene.line, f"the scene {scene.key} stands twice"
        for reply in scene.entries:
            if reply.key not in keys:
                yield reply.line, f"the reply leads to {reply.key}, which is no scene"
    seen = list(_walk(exercise, "start", ()))
    for key, line in seen:
        if line:
            yield line, f"the reply leads back to {key}: a dialogue has no way round"
    for scene in exercise.entries:
        if scene.key not in [key for key, _line in seen]:
            yield scene.line, f"no reply leads to the scene {scene.key}"


def _walk(exercise: Exercise, key: str, behind: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Every scene that can be reached; with the line of the reply when it leads back."""
    yield key, 0
    scene = exercise.scene(key)
    for reply in scene.entries if scene else []:
        if reply.key in (*behind, key):
            yield reply.key, reply.line
        elif exercise.scene(reply.key):
            yield from _walk(exercise, reply.key, (*behind, key))


def _sheet_faults(exercise: Exercise) -> Iterator[Fault]:
    if not exercise.argument:
        yield exercise.line, "a sheet has a name: ::: sheet analysis"
    if not titled(exercise.intro)[0]:
        yield exercise.line, "a sheet opens with its title in bold: **Title.** What to do."
    if not exercise.entries:
        yield exercise.line, "a field of a sheet is written - [key] label"
    keys = [item.key for item in exercise.entries]
    for item in exercise.entries:
        if not re.fullmatch(r"[a-z][a-z0-9-]*", item.key) or keys.count(item.key) > 1:
            yield item.line, "the key of a field is a word in small Latin letters that stands once"


def _recall_faults(exercise: Exercise) -> Iterator[Fault]:
    if not exercise.argument:
        yield exercise.line, "name the sheet to show again: ::: recall analysis"


def _too_few(exercise: Exercise) -> Iterator[Fault]:
    if len(exercise.entries) < _FEWEST_ITEMS:
        yield exercise.line, "three items or more are needed"


def _without_comment(entries: Sequence[Entry]) -> Iterator[Fault]:
    for entry in entries:
        if not entry.note:
            yield entry.line, "the comment is missing: add a line > … below"


_FAULTS = {
    "recap": _question_faults,
    "check": _question_faults,
    "sort": _sort_faults,
    "order": _order_faults,
    "calculate": _calculate_faults,
    "dialogue": _dialogue_faults,
    "sheet": _sheet_faults,
    "recall": _recall_faults,
}
