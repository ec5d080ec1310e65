"""Forms of the question bank. The texts of a question are read by ``builder``: which there are, its type says."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from lms.core.forms import VersionField, line
from lms.core.i18n import current_language
from lms.quizzes.content import LEVELS, Content
from lms.quizzes.objectives import Group
from lms.quizzes.question_types import TYPES

MOST_POINTS = 100


class QuestionForm(FlaskForm):
    """What both languages share of every question."""

    version = VersionField()
    type = SelectField(_l("Type"))
    objective = SelectField(_l("Objective"))
    level = SelectField(_l("Level"))
    points = IntegerField(
        _l("Points"),
        [
            InputRequired(_l("A whole number from 1 to 100 is needed.")),
            NumberRange(1, MOST_POINTS, _l("A whole number from 1 to 100 is needed.")),
        ],
    )
    shuffle = BooleanField(_l("Mix the options"))
    lesson = SelectField(_l("Part of a lesson to read again"))
    picture = FileField(_l("Picture"))
    tags = line(_l("Tags, parted by commas"), 400)

    def __init__(self, objectives: list[Group], parts: list[Group], **options: Any) -> None:
        super().__init__(**options)
        self.type.choices = [(key, kind.label) for key, kind in TYPES.items()]
        self.level.choices = list(LEVELS.items())
        self.objective.choices = _grouped(objectives, self.objective.data)
        self.lesson.choices = _grouped(parts, self.lesson.data)

    def fill(self, content: Content) -> Content:
        """The content with what this form holds."""
        from dataclasses import replace

        return replace(
            content,
            objective_key=self.objective.data or "",
            level=self.level.data or "apply",
            points=self.points.data if isinstance(self.points.data, int) else content.points,
            shuffle=bool(self.shuffle.data),
            lesson=self.lesson.data or "",
        )


def _grouped(groups: list[Group], present: str | None) -> dict[str, list[tuple[str, Any]]]:
    """Choices under the titles of their lessons; what is stored but gone from the curriculum stays choosable."""
    lang = current_language()
    found: dict[str, list[tuple[str, Any]]] = {"": [("", _l("None"))]}
    known = {choice.key for group in groups for choice in group.choices}
    if present and present not in known:
        found[""].append((present, present))
    for group in groups:
        found.setdefault(group.title[lang], []).extend((one.key, one.words[lang]) for one in group.choices)
    return found


class CategoryForm(FlaskForm):
    """A drawer of the bank."""

    name_ar = line(_l("Name in Arabic"), 80, _l("A name in Arabic is needed."))
    name_fr = line(_l("Name in French"), 80, _l("A name in French is needed."))
