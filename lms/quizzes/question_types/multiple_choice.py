"""Several right options. Right ticks count, wrong ticks take away, never below zero; or all or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _ln

from lms.quizzes.question_types.base import Control, Fault, Field, Grade, Order, example_row, keys_behind, row_faults
from lms.quizzes.question_types.families import OptionType
from lms.quizzes.question_types.parts import FEEDBACK, TEXT, Rows, Settings, Value

OPTIONS = Rows("options", _l("Options"), (TEXT, FEEDBACK), mark="many")
EACH, ALL = "each", "all"
SCORING = Value(
    "scoring",
    _l("Points"),
    "choice",
    ((EACH, _l("For each right tick; a wrong one takes one away")), (ALL, _l("All right or nothing"))),
    default=EACH,
)
CHOOSE = Value("choose", _l("Say how many to choose"), "tick", default=True)


class MultipleChoice(OptionType):
    key, label = "multiple_choice", _l("Multiple choice")
    parts = [OPTIONS, SCORING, CHOOSE]
    examples = [
        {"options": [example_row(key) for key in "abcd"], "right": ["a", "d"], "choose": True},
        {"options": [example_row(key) for key in "abc"], "right": ["a", "b", "c"], "scoring": ALL},
    ]

    def faults(self, settings: Settings) -> Iterator[Fault]:
        yield from row_faults(OPTIONS, settings)
        if settings.get("scoring", EACH) not in (EACH, ALL):
            yield Fault(("scoring",), _l("Something was chosen that is not in this list."))

    def control(self, settings: Settings, order: Order, lang: str) -> Control:
        count = len(settings["right"])
        hint = (
            _ln("choose %(num)s option", "choose %(num)s options", count)
            if settings.get("choose")
            else _l("choose all that apply")
        )
        return Control((Field("checkbox", choices=self.choices(settings, order, lang)),), hint=hint)

    def parse(self, settings: Settings, order: Order, values: Sequence[str]) -> Any:
        return sorted(set(keys_behind(order, values))) or None

    def grade(self, settings: Settings, answer: Any) -> Grade:
        """(right ticks − wrong ticks) ÷ right options, at least 0: ticking everything earns nothing extra."""
        right, ticked = set(settings["right"]), set(answer or ())
        if settings.get("scoring") == ALL:
            return Grade(Decimal(int(ticked == right)))
        gained = len(ticked & right) - len(ticked - right)
        return Grade(max(Decimal(0), Decimal(gained) / len(right)))

    def right_answer(self, settings: Settings) -> Any:
        return sorted(settings["right"])


TYPE = MultipleChoice()
