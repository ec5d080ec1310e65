"""Pairs: each thing on one side belongs to one on the other; what belongs to nothing may stand there too."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.quizzes.question_types.base import NOTHING_SAID, Fault, row_faults, words
from lms.quizzes.question_types.families import RowType
from lms.quizzes.question_types.parts import FEEDBACK, Rows, Settings, Texts, Words

PAIRS = Rows("pairs", _l("Pairs"), (Words("text", _l("To match")), Words("match", _l("What belongs to it")), FEEDBACK))
EXTRA = Rows("extra", _l("Answers that belong to nothing"), (Words("text", _l("Answer")),), fewest=0, most=6)


class Matching(RowType):
    key, label = "matching", _l("Matching")
    parts = [PAIRS, EXTRA]
    examples = [
        {
            "pairs": [
                {"key": key, "text": words(f"كلمة {key}", f"Mot {key}"), "match": words(f"معنى {key}", f"Sens {key}"),
                 "feedback": words("لأن", "Car")}
                for key in "abc"
            ],
            "extra": [{"key": "x", "text": words("معنى آخر", "Autre sens")}],
        }
    ]  # fmt: skip

    def faults(self, settings: Settings) -> Iterator[Fault]:
        yield from row_faults(PAIRS, settings)
        yield from row_faults(EXTRA, settings)
        for lang in ("ar", "fr"):
            extra = [_said(row, "text", lang) for row in settings.get("extra") or []]
            said = [_said(row, "match", lang) for row in settings.get("pairs") or []]
            for number, text in enumerate(said):
                # Two equal answers would make a right one wrong.
                if text and text in [*said[:number], *extra]:
                    yield Fault(("pairs", number, "match"), _l("Two choices say the same."), lang)

    def rows(self, settings: Settings) -> Mapping[str, Texts]:
        return {row["key"]: row["text"] for row in settings["pairs"]}

    def choices(self, settings: Settings) -> Mapping[str, Texts]:
        extra = {f"+{row['key']}": row["text"] for row in settings.get("extra") or []}
        return {row["key"]: row["match"] for row in settings["pairs"]} | extra

    def row_feedback(self, settings: Settings) -> Mapping[str, Texts]:
        return {row["key"]: row.get("feedback") or NOTHING_SAID for row in settings["pairs"]}

    def draw_order(self, settings: Settings, rng: random.Random, *, shuffle: bool) -> list[list[str]]:
        """The answers are always mixed: in the author's order the pairs would stand side by side."""
        drawn = super().draw_order(settings, rng, shuffle=shuffle)
        answers = [pair for pair in drawn if not pair[1].startswith(">")]
        rng.shuffle(answers)
        return [pair for pair in drawn if pair[1].startswith(">")] + answers

    def right_answer(self, settings: Settings) -> Any:
        return {row["key"]: row["key"] for row in settings["pairs"]}


def _said(row: Mapping[str, Any], name: str, lang: str) -> str:
    return " ".join(str((row.get(name) or {}).get(lang, "")).split())


TYPE = Matching()
