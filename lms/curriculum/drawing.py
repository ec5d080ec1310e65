"""From an exercise to its HTML, once, per language: the parts in words, then the macros of ``ui/_exercises.html``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from lms.curriculum.exercises import Entry, Exercise

#: Kind of exercise -> its macro and its title.
MACROS = {
    "recap": ("questions", _l("To recall")),
    "check": ("questions", _l("To check")),
    "sort": ("sort", _l("Activity")),
    "order": ("order", _l("Activity")),
    "calculate": ("calculate", _l("Activity")),
    "dialogue": ("dialogue", _l("Activity")),
}


class Words:
    """How Markdown becomes HTML in one language: a line, and paragraphs."""

    def __init__(self, inline: Callable[[str], str], paragraphs: Callable[[str], str]) -> None:
        self._inline, self._paragraphs = inline, paragraphs

    def inline(self, text: str) -> Markup:
        return Markup(self._inline(text))

    def paragraphs(self, text: str) -> Markup:
        return Markup(self._paragraphs(text))


def draw(exercise: Exercise, words: Words, name: str) -> str:
    """HTML of an exercise. ``name`` is unique on the page: the radio buttons of a question carry it."""
    macro, title = MACROS[exercise.kind]
    module: Any = current_app.jinja_env.get_template("ui/_exercises.html").module
    parts = {"intro": words.paragraphs(exercise.intro), **_PARTS[macro](exercise, words, name)}
    return str(getattr(module, macro)(parts, str(title)))


def _items(entries: Sequence[Entry], words: Words, name: str = "") -> list[dict[str, Any]]:
    return [
        {"text": words.inline(entry.text), "note": words.inline(entry.note), "name": f"{name}-{number}"}
        for number, entry in enumerate(entries, 1)
    ]


def _questions(exercise: Exercise, words: Words, name: str) -> dict[str, Any]:
    entries = [
        {
            "text": words.inline(question.text),
            "name": f"{name}-{number}",
            "options": [
                {**item, "is_right": option.mark == "+"}
                for option, item in zip(question.entries, _items(question.entries, words), strict=True)
            ],
        }
        for number, question in enumerate(exercise.entries, 1)
    ]
    return {"entries": entries}


def _sort(exercise: Exercise, words: Words, name: str) -> dict[str, Any]:
    items = _items(exercise.entries, words, name)
    return {
        "categories": [category.text for category in exercise.categories],
        "entries": [{**item, "right": int(entry.key)} for entry, item in zip(exercise.entries, items, strict=True)],
    }


def _order(exercise: Exercise, words: Words, name: str) -> dict[str, Any]:
    items = _items(exercise.entries, words, name)
    places = list(range(1, len(items) + 1))
    return {
        "entries": items,
        "note": words.inline(exercise.note),
        "places": places,
        "shuffled": [{**items[place - 1], "right": place} for place in shuffled(places)],
    }


def shuffled(places: Sequence[int]) -> list[int]:
    """The places in an order that is never the right one, and the same in both languages at each build."""
    mixed = sorted(places, key=lambda place: hashlib.sha256(f"{len(places)}-{place}".encode()).digest())
    return mixed if mixed != list(places) else mixed[::-1]


def _calculate(exercise: Exercise, words: Words, _name: str) -> dict[str, Any]:
    items = _items(exercise.entries, words)
    return {
        "entries": [
            {**item, "pattern": pattern(entry.key)} for entry, item in zip(exercise.entries, items, strict=True)
        ]
    }


def pattern(result: str) -> str:
    """What an input accepts for a result such as ``9,7``: comma or point, spare zeros, thousands apart, a unit of %."""
    whole, _comma, decimals = result.removeprefix("-").partition(",")
    sign = "[-\u2212]" if result.startswith("-") else r"\+?"
    groups = f"{int(whole):,}".replace(",", r"[\s.]?")
    rest = f"[.,]{decimals}0*" if decimals else "([.,]0+)?"
    return rf"\s*{sign}\s*{groups}{rest}\s*%?\s*"


def _dialogue(exercise: Exercise, words: Words, _name: str) -> dict[str, Any]:
    def scene(key: str) -> dict[str, Any]:
        found = exercise.scene(key)
        if found is None:
            raise ValueError(f"{key} was checked but is no scene")
        replies = [{"text": words.inline(reply.text), "scene": scene(reply.key)} for reply in found.entries]
        return {"text": words.paragraphs(found.text), "replies": replies}

    return {"start": scene("start")}


_PARTS: dict[str, Callable[[Exercise, Words, str], dict[str, Any]]] = {
    "questions": _questions,
    "sort": _sort,
    "order": _order,
    "calculate": _calculate,
    "dialogue": _dialogue,
}
