"""Steps to put in order."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import combinations
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.quizzes.question_types.base import (
    Fault,
    Grade,
    Order,
    Said,
    example_row,
    row_faults,
    rows_and_choices,
    with_ids,
)
from lms.quizzes.question_types.families import RowType
from lms.quizzes.question_types.paper import BadPaper, Sheet, read_letters, write_places
from lms.quizzes.question_types.parts import Rows, Settings, Texts, Words

STEPS = Rows("steps", _l("Steps, in the right order"), (Words("text", _l("Step")),), fewest=3, most=8)


class Ordering(RowType):
    key, label = "ordering", _l("Ordering")
    parts = [STEPS]
    examples = [{"steps": [{"key": key, "text": example_row(key)["text"]} for key in "abcd"]}]
    field_kind = "chips"

    def faults(self, settings: Settings) -> Iterator[Fault]:
        return row_faults(STEPS, settings)

    def rows(self, settings: Settings) -> Mapping[str, Texts]:
        return {row["key"]: row["text"] for row in settings["steps"]}

    def choices(self, settings: Settings) -> Mapping[str, Texts]:
        """Places: digits are the same in both languages."""
        return {str(place): {"ar": str(place), "fr": str(place)} for place in range(1, len(settings["steps"]) + 1)}

    def draw_order(self, settings: Settings, rng: random.Random, *, shuffle: bool) -> list[list[str]]:
        """Steps never stand in the right order, places always do."""
        right = [f">{key}" for key in self.rows(settings)]
        mixed = list(right)
        while mixed == right:
            rng.shuffle(mixed)
        return with_ids([*mixed, *self.choices(settings)], rng)

    def sheet(self, settings: Settings, order: Order, lang: str) -> Sheet:
        steps = tuple(field.label for field in self.control(settings, order, lang).fields)
        return Sheet(_l("write the letters in the right order"), steps)

    def from_paper(self, settings: Settings, order: Order, text: str, lang: str) -> Any:
        """The letters from the first step to the last; a gap keeps a place free."""
        rows, choices = rows_and_choices(order)
        places = read_letters(text, len(rows))
        named = [place for place in places if place is not None]
        if len(set(named)) != len(named) or len(places) > len(choices):
            raise BadPaper(_l("Each letter stands once."))
        return {rows[one][1:]: choices[at] for at, one in enumerate(places) if one is not None} or None

    def to_paper(self, settings: Settings, order: Order, answer: Any, lang: str) -> str:
        rows, choices = rows_and_choices(order)
        steps = {place: rows.index(f">{row}") for row, place in (answer or {}).items()}
        return write_places([steps.get(place) for place in choices], lang)

    def right_answer(self, settings: Settings) -> Any:
        return {row["key"]: str(place) for place, row in enumerate(settings["steps"], 1)}

    def grade(self, settings: Settings, answer: Any) -> Grade:
        """Kendall's tau, at least 0: of all pairs of steps, those in the right order less those the wrong way round."""
        places = {row: int(place) for row, place in (answer or {}).items()}
        pairs = list(combinations([row["key"] for row in settings["steps"]], 2))
        balance = 0
        for earlier, later in pairs:
            if earlier in places and later in places:
                balance += (places[later] > places[earlier]) - (places[later] < places[earlier])
        return Grade(max(Decimal(0), Decimal(balance) / len(pairs)))

    def said(self, settings: Settings, answer: Any) -> list[Said]:
        """As placed, not as shown: a step is right in its own place."""
        rows, right = self.rows(settings), self.right_answer(settings)
        placed = sorted((int(place), row) for row, place in (answer or {}).items())
        return [
            Said({lang: f"{place}. {rows[row][lang]}" for lang in ("ar", "fr")}, is_right=right[row] == str(place))
            for place, row in placed
        ]


TYPE = Ordering()
