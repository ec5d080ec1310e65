"""Questions as a workbook, both languages side by side, for reading and for translators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.i18n import current_language, number
from lms.documents.workbooks import About, Sheet, write_xlsx
from lms.quizzes.content import LEVELS, Content, texts_of
from lms.quizzes.models import Question, QuestionCategory, Quiz
from lms.quizzes.objectives import Group, words_of
from lms.quizzes.queries.bank import Wanted
from lms.quizzes.question_types import TYPES

#: Questions that one file holds; the filters reach the others.
MOST_QUESTIONS = 5000
WRITINGS = {"complete": _l("complete"), "missing": _l("to translate"), "stale": _l("changed since")}
STATES = {
    "draft": _l("Never published"),
    "published": _l("Published"),
    "changed": _l("Changed since publishing"),
    "review": _l("Waiting for a second trainer"),
    "archived": _l("In the archive"),
}


def workbook(found: list[tuple[Question, dict[str, Any]]], about: About) -> bytes:
    """One line for each text of each question; what the columns mean stands on the last sheet."""
    heading = [
        _("Question number"), _("Version number"), _("Type"), _("Level"), _("Objective"), _("Tags"), _("Field"),
        _("Arabic"), _("French"), _("Right"),
    ]  # fmt: skip
    lines = [line for question, data in found for line in _lines(question, Content.from_json(data))]
    sheet = Sheet(_("Questions"), heading, lines)
    return write_xlsx([sheet], lang=current_language(), about=about, about_first=False)


def about(filters: Sequence[tuple[str, str]], *, made_by: str, made_at: dt.datetime) -> About:
    """What the file is about, with the filters in words."""
    return About(
        title=_("Question bank"),
        made_by=made_by,
        made_at=made_at,
        filters=filters,
        definitions=[
            (_("Version number"), _("The version published last; empty: never published.")),
            (_("Objective"), _("The lesson and the number of the objective in it.")),
            (_("Field"), _("Which text of the question stands in the line.")),
            (_("Right"), _("Whether the text is that of a right answer.")),
        ],
        notes=[
            _("The file holds %(most)s questions at most: filters reach the others.", most=number(MOST_QUESTIONS)),
            _("It holds right answers: it stays with the training team."),
            _("It does not come back into the bank: corrections are written in the questions."),
        ],
    )


def in_words(
    wanted: Wanted, *, groups: list[Group], categories: Iterable[QuestionCategory], quizzes: Iterable[Quiz]
) -> list[tuple[str, str]]:
    """The filters of the bank that narrow something, as the page names them."""
    lang = current_language()
    said = [
        (_("Words"), wanted.q),
        (_("Objective"), words_of(groups, wanted.objective)[lang] or wanted.objective),
        (_("Type"), TYPES[wanted.type].label if wanted.type in TYPES else wanted.type),
        (_("Level"), LEVELS.get(wanted.level, wanted.level)),
        (_("Languages"), WRITINGS.get(wanted.writing, wanted.writing)),
        (_("State"), STATES.get(wanted.state, wanted.state)),
        (_("Tag"), wanted.tag),
        (_("Category"), {str(one.id): one.name[lang] for one in categories}.get(wanted.category, wanted.category)),
        (_("Used in"), {str(one.id): one.title[lang] for one in quizzes}.get(wanted.quiz, wanted.quiz)),
        (_("Author"), _("Mine") if wanted.mine else ""),
    ]
    return [(name, str(value)) for name, value in said if value]


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
