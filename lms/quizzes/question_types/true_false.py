"""A statement that holds or does not."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.core.text import fold
from lms.quizzes.question_types.base import NOTHING_SAID, Fault, Order, words
from lms.quizzes.question_types.families import OneOption
from lms.quizzes.question_types.parts import Settings, Value, Words

#: As learners read it; an author cannot word it otherwise.
_WORDS = {"true": words("صحيح", "Vrai"), "false": words("خطأ", "Faux")}


class TrueFalse(OneOption):
    key, label = "true_false", _l("True or false")
    parts = [
        Value("statement", _l("The statement is"), "choice", (("true", _l("True")), ("false", _l("False")))),
        Words("feedback_true", _l("Comment to « true »"), is_needed=False, is_long=True),
        Words("feedback_false", _l("Comment to « false »"), is_needed=False, is_long=True),
    ]
    examples = [
        {"statement": "true", "feedback_true": words("نعم", "Oui"), "feedback_false": words("لا", "Non")},
        {"statement": "false", "feedback_true": words("", ""), "feedback_false": words("", "")},
    ]

    def faults(self, settings: Settings) -> Iterator[Fault]:
        if settings.get("statement") not in _WORDS:
            yield Fault(("statement",), _l("The right answer has to be chosen."))

    def options(self, settings: Settings) -> Sequence[Mapping[str, Any]]:
        return [
            {"key": key, "text": text, "feedback": settings.get(f"feedback_{key}") or NOTHING_SAID}
            for key, text in _WORDS.items()
        ]

    def draw_order(self, settings: Settings, rng: random.Random, *, shuffle: bool) -> list[list[str]]:
        return super().draw_order(settings, rng, shuffle=False)  # true stands first, as people expect

    def from_paper(self, settings: Settings, order: Order, text: str, lang: str) -> Any:
        """The first letter of the word is read like the letter beside it."""
        first = {fold(word[0]): key for key, said in _WORDS.items() for word in said.values()}
        return first.get(fold(text)) or super().from_paper(settings, order, text, lang)

    def right_answer(self, settings: Settings) -> Any:
        return settings["statement"]


TYPE = TrueFalse()
