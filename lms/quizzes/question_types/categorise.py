"""Things to put into categories."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.quizzes.question_types.base import NOTHING_SAID, Fault, example_row, row_faults, words
from lms.quizzes.question_types.families import RowType
from lms.quizzes.question_types.parts import FEEDBACK, TEXT, Rows, Settings, Texts, Words

CATEGORIES = Rows("categories", _l("Categories"), (Words("text", _l("Category")),), most=5)
THINGS = Rows("things", _l("To put into them"), (TEXT, FEEDBACK), picks="categories", most=12)


class Categorise(RowType):
    key, label = "categorise", _l("Categorise")
    parts = [CATEGORIES, THINGS]
    examples = [
        {
            "categories": [{"key": key, "text": words(f"فئة {key}", f"Catégorie {key}")} for key in "ab"],
            "things": [example_row(f"t{number}", **{"in": "ab"[number % 2]}) for number in range(4)],
        }
    ]
    field_kind = "chips"

    def faults(self, settings: Settings) -> Iterator[Fault]:
        yield from row_faults(CATEGORIES, settings)
        yield from row_faults(THINGS, settings)
        known = {row.get("key") for row in settings.get("categories") or []}
        for number, row in enumerate(settings.get("things") or []):
            if row.get("in") not in known:
                yield Fault(("things", number, "in"), _l("A category has to be chosen for this row."))

    def rows(self, settings: Settings) -> Mapping[str, Texts]:
        return {row["key"]: row["text"] for row in settings["things"]}

    def choices(self, settings: Settings) -> Mapping[str, Texts]:
        return {row["key"]: row["text"] for row in settings["categories"]}

    def row_feedback(self, settings: Settings) -> Mapping[str, Texts]:
        return {row["key"]: row.get("feedback") or NOTHING_SAID for row in settings["things"]}

    def right_answer(self, settings: Settings) -> Any:
        return {row["key"]: row["in"] for row in settings["things"]}


TYPE = Categorise()
