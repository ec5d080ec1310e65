"""Several right options. Right ticks count, wrong ticks take away, never below zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.quizzes.question_types.base import (
    BadSettings,
    Choice,
    Control,
    Grade,
    QuestionType,
    check_options,
    example_option,
)


class MultipleChoice(QuestionType):
    key, label = "multiple_choice", _l("Multiple choice")
    examples = [
        {"options": [example_option(key) for key in "abcd"], "right": ["a", "d"], "choose": 2},
        {"options": [example_option(key) for key in "abc"], "right": ["a", "b", "c"], "choose": None},
    ]

    def check(self, settings: Mapping[str, Any]) -> None:
        keys = check_options(settings)
        right = settings.get("right") or []
        if not right or not set(right) <= set(keys):
            raise BadSettings("at least one option is right")
        if settings.get("choose") not in (None, len(right)):
            raise BadSettings("« choose » has to be the number of right options, or nothing")

    def controls(self, settings: Mapping[str, Any], order: Sequence[Sequence[str]]) -> Control:
        return Control("checkbox", tuple(Choice(*pair) for pair in order), settings.get("choose"))

    def parse(self, settings: Mapping[str, Any], order: Sequence[Sequence[str]], values: Sequence[str]) -> Any:
        return sorted(set(super().parse(settings, order, values))) or None

    def grade(self, settings: Mapping[str, Any], answer: Any) -> Grade:
        """(right ticks − wrong ticks) ÷ right options, at least 0: ticking everything earns nothing extra."""
        right, ticked = set(settings["right"]), set(answer or ())
        gained = len(ticked & right) - len(ticked - right)
        return Grade(max(Decimal(0), Decimal(gained) / len(right)))

    def right_answer(self, settings: Mapping[str, Any]) -> Any:
        return sorted(settings["right"])


TYPE = MultipleChoice()
