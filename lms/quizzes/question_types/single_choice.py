"""One right option among several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.quizzes.question_types.base import BadSettings, OneOption, check_options, example_option


class SingleChoice(OneOption):
    key, label = "single_choice", _l("Single choice")
    examples = [{"options": [example_option(key) for key in "abcd"], "right": ["c"]}]

    def check(self, settings: Mapping[str, Any]) -> None:
        keys = check_options(settings)
        if len(settings.get("right") or []) != 1 or settings["right"][0] not in keys:
            raise BadSettings("exactly one option is right")

    def right_answer(self, settings: Mapping[str, Any]) -> Any:
        return settings["right"][0]


TYPE = SingleChoice()
