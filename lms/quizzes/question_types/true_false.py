"""A statement that holds or does not."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.quizzes.question_types.base import BadSettings, OneOption

_WORDS = {"true": {"ar": "صحيح", "fr": "Vrai"}, "false": {"ar": "خطأ", "fr": "Faux"}}


class TrueFalse(OneOption):
    key, label = "true_false", _l("True or false")
    examples = [
        {
            "right": [True],
            "feedback_true": {"ar": "نعم", "fr": "Oui"},
            "feedback_false": {"ar": "لا", "fr": "Non"},
        },
        {"right": [False], "feedback_true": {"ar": "", "fr": ""}, "feedback_false": {"ar": "", "fr": ""}},
    ]

    def check(self, settings: Mapping[str, Any]) -> None:
        if settings.get("right") not in ([True], [False]):
            raise BadSettings("the right answer is true or false")

    def option_keys(self, settings: Mapping[str, Any]) -> list[str]:
        return ["true", "false"]

    def draw_order(self, settings: Mapping[str, Any], rng: random.Random, *, shuffle: bool) -> list[list[str]]:
        return super().draw_order(settings, rng, shuffle=False)  # true stands first, as people expect

    def right_answer(self, settings: Mapping[str, Any]) -> Any:
        return "true" if settings["right"][0] is True else "false"

    def option_text(self, settings: Mapping[str, Any], key: str) -> Mapping[str, str]:
        return _WORDS[key]

    def feedback(self, settings: Mapping[str, Any], key: str) -> Mapping[str, str]:
        words: Mapping[str, str] = settings[f"feedback_{key}"]
        return words


TYPE = TrueFalse()
