"""A text that a person reads and marks by a rubric."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _ln

from lms.quizzes.question_types.base import NOTHING_SAID, Control, Fault, Field, Grade, Order, Said, row_faults, words
from lms.quizzes.question_types.families import TextType
from lms.quizzes.question_types.paper import Sheet
from lms.quizzes.question_types.parts import Rows, Settings, Value, Words

LONGEST_ANSWER = 12_000
MOST_WORDS = 1_500
#: Typed for an answer that stays on its paper: whoever marks it reads it there.
ON_PAPER = "+"
_STAYS = words("الجواب على الورقة.", "La réponse est sur la feuille.")
_WORDS_A_LINE, _MOST_LINES = 9, 20
CRITERIA = Rows(
    "criteria",
    _l("What is marked"),
    (Words("text", _l("Criterion")),),
    values=(Value("points", _l("Points"), "count", default=1),),
    fewest=1,
    most=8,
)


class OpenAnswer(TextType):
    key, label = "open_answer", _l("Open answer")
    parts = [
        CRITERIA,
        Value("most_words", _l("Words, at most"), "count", default=150),
        Words("model", _l("Model answer, shown after release"), is_needed=False, is_long=True),
    ]
    examples = [
        {
            "criteria": [
                {"key": "a", "text": words("يسمي الفجوة", "Nomme l’écart"), "points": 2},
                {"key": "b", "text": words("يقترح حلا", "Propose une réponse"), "points": 1},
            ],
            "most_words": 150,
            "model": words("جواب نموذجي", "Une réponse possible"),
        }
    ]
    field = Field("lines", longest=LONGEST_ANSWER)
    marked_by = "person"

    def faults(self, settings: Settings) -> Iterator[Fault]:
        yield from row_faults(CRITERIA, settings)
        for number, row in enumerate(settings.get("criteria") or []):
            if not _is_count(row.get("points"), 1, 100):
                yield Fault(("criteria", number, "points"), _l("A whole number from 1 to 100 is needed."))
        if not _is_count(settings.get("most_words"), 1, MOST_WORDS):
            yield Fault(("most_words",), _l("A whole number from 1 to %(most)s is needed.", most=MOST_WORDS))

    def control(self, settings: Settings, order: Order, lang: str) -> Control:
        most = settings["most_words"]
        hint = _ln("%(num)s word at most", "%(num)s words at most", most)
        return Control((self.field,), hint=hint)

    def sheet(self, settings: Settings, order: Order, lang: str) -> Sheet:
        lines = math.ceil(settings["most_words"] / _WORDS_A_LINE)
        return Sheet(self.control(settings, order, lang).hint, lines=min(lines, _MOST_LINES))

    def from_paper(self, settings: Settings, order: Order, text: str, lang: str) -> Any:
        """A plus stands for an answer that is not typed in; it waits for its mark like any other."""
        return super().from_paper(settings, order, _STAYS[lang] if text.strip() == ON_PAPER else text, lang)

    def to_paper(self, settings: Settings, order: Order, answer: Any, lang: str) -> str:
        return ON_PAPER if answer in _STAYS.values() else super().to_paper(settings, order, answer, lang)

    def grade(self, settings: Settings, answer: Any) -> Grade:
        """Nothing written earns nothing; everything else waits for a person."""
        return Grade(Decimal(0) if answer is None else None)

    def right_answer(self, settings: Settings) -> Any:
        return None

    def model(self, settings: Settings) -> list[Said]:
        text = settings.get("model") or NOTHING_SAID
        return [Said(text)] if any(text.values()) else []


def _is_count(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


TYPE = OpenAnswer()
