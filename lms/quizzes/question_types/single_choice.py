"""One right option among several."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.quizzes.question_types.base import Fault, example_row, row_faults
from lms.quizzes.question_types.families import OneOption
from lms.quizzes.question_types.parts import FEEDBACK, TEXT, Rows, Settings

OPTIONS = Rows("options", _l("Options"), (TEXT, FEEDBACK), mark="one")


class SingleChoice(OneOption):
    key, label = "single_choice", _l("Single choice")
    parts = [OPTIONS]
    examples = [{"options": [example_row(key) for key in "abcd"], "right": ["c"]}]

    def faults(self, settings: Settings) -> Iterator[Fault]:
        return row_faults(OPTIONS, settings)

    def right_answer(self, settings: Settings) -> Any:
        return settings["right"][0]


TYPE = SingleChoice()
