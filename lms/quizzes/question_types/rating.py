"""Statements to place on a scale. There is no right answer and there are no points."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.quizzes.question_types.base import Fault, Grade, row_faults, words
from lms.quizzes.question_types.families import RowType
from lms.quizzes.question_types.parts import Rows, Settings, Texts, Words

STATEMENTS = Rows("statements", _l("Statements"), (Words("text", _l("Statement")),), fewest=1, most=12)
SCALE = Rows("scale", _l("Scale, from the lowest to the highest"), (Words("text", _l("Degree")),), most=7)


class Rating(RowType):
    key, label = "rating", _l("Rating")
    parts = [STATEMENTS, SCALE]
    examples = [
        {
            "statements": [{"key": key, "text": words(f"عبارة {key}", f"Phrase {key}")} for key in "ab"],
            "scale": [
                {"key": "1", "text": words("لا أوافق", "Pas d’accord")},
                {"key": "2", "text": words("أوافق", "D’accord")},
                {"key": "3", "text": words("أوافق تماما", "Tout à fait d’accord")},
            ],
        }
    ]
    field_kind = "chips"
    marked_by = "nobody"

    def faults(self, settings: Settings) -> Iterator[Fault]:
        yield from row_faults(STATEMENTS, settings)
        yield from row_faults(SCALE, settings)

    def rows(self, settings: Settings) -> Mapping[str, Texts]:
        return {row["key"]: row["text"] for row in settings["statements"]}

    def choices(self, settings: Settings) -> Mapping[str, Texts]:
        return {row["key"]: row["text"] for row in settings["scale"]}

    def draw_order(self, settings: Settings, rng: random.Random, *, shuffle: bool) -> list[list[str]]:
        return super().draw_order(settings, rng, shuffle=False)  # a scale has its order

    def grade(self, settings: Settings, answer: Any) -> Grade:
        return Grade(None)

    def right_answer(self, settings: Settings) -> Any:
        return None


TYPE = Rating()
