"""Questions as a workbook, both languages side by side, for reading and for translators."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from lms.core.i18n import current_language
from lms.quizzes.content import LEVELS, Content, texts_of
from lms.quizzes.models import Question
from lms.quizzes.question_types import TYPES


def workbook(found: list[tuple[Question, dict[str, Any]]]) -> bytes:
    """One line for each text of each question."""
    from lms.documents.spreadsheets import Sheet, write_xlsx

    heading = [
        _("Number"), _("Version number"), _("Type"), _("Level"), _("Objective"), _("Tags"), _("Field"), _("Arabic"),
        _("French"), _("Right"),
    ]  # fmt: skip
    lines = [line for question, data in found for line in _lines(question, Content.from_json(data))]
    return write_xlsx([Sheet(_("Questions"), heading, lines)], lang=current_language())


def _lines(question: Question, said: Content) -> list[list[Any]]:
    right = said.settings.get("right") or []
    tags = " · ".join(one.tag for one in question.tags)
    lines = []
    for place in texts_of(said):
        if not any(place.texts.values()):
            continue
        row = said.settings[place.path[1]][place.path[2]] if len(place.path) == 4 else {}
        mark = _("yes") if row.get("key") in right and place.path[-1] == "text" else ""
        lines.append(
            [
                question.id,
                question.current_number,
                str(TYPES[said.type].label),
                str(LEVELS.get(said.level, "")),
                said.objective_key,
                tags,
                str(place.words.label),
                place.texts.get("ar", ""),
                place.texts.get("fr", ""),
                mark,
            ]
        )
    return lines
