"""One right option among several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.quizzes.question_types.base import (
    BadAnswer,
    BadSettings,
    Choice,
    Control,
    Grade,
    QuestionType,
    check_options,
)


def _option(key: str) -> dict[str, Any]:
    return {
        "key": key,
        "text": {"ar": f"الخيار {key}", "fr": f"Option {key}"},
        "feedback": {"ar": f"تعليق {key}", "fr": f"Commentaire {key}"},
    }


class SingleChoice(QuestionType):
    key, label = "single_choice", _l("Single choice")
    examples = [{"options": [_option(key) for key in "abcd"], "right": ["c"]}]

    def check(self, settings: Mapping[str, Any]) -> None:
        keys = check_options(settings)
        if len(settings.get("right") or []) != 1 or settings["right"][0] not in keys:
            raise BadSettings("exactly one option is right")

    def controls(self, settings: Mapping[str, Any], order: Sequence[Sequence[str]]) -> Control:
        return Control("radio", tuple(Choice(*pair) for pair in order))

    def parse(self, settings: Mapping[str, Any], order: Sequence[Sequence[str]], values: Sequence[str]) -> Any:
        chosen = super().parse(settings, order, values)
        if len(chosen) > 1:
            raise BadAnswer("more than one option")
        return chosen[0] if chosen else None

    def grade(self, settings: Mapping[str, Any], answer: Any) -> Grade:
        return Grade(Decimal(int(answer == self.right_answer(settings))))

    def right_answer(self, settings: Mapping[str, Any]) -> Any:
        return settings["right"][0]


TYPE = SingleChoice()
