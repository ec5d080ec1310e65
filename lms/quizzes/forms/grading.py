"""Forms of grading: points by criterion, a comment, and the reason of a later change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange

from lms.core.forms import line
from lms.core.text import clean_text
from lms.quizzes.forms.bank import CountField
from lms.quizzes.rubric import Criterion

LONGEST_COMMENT = 4000
#: Points up to here are chosen from a row of buttons, more are typed.
MOST_BUTTONS = 10
_NAME = "points-"


class MarkForm(FlaskForm):
    """What a marker says of an answer. The fields of its rubric come from ``mark_form``."""

    rubric: Sequence[Criterion] = ()

    def validate(self, *args: Any, **options: Any) -> bool:
        """Points of a criterion that the rubric does not have make the whole form wrong."""
        is_valid = super().validate(*args, **options)
        if any(name.startswith(_NAME) and name not in self for name in request.form):
            self.form_errors.append(_("These points do not fit what is marked in this question."))
            return False
        return bool(is_valid)

    def points_fields(self) -> list[tuple[Criterion, Any]]:
        return [(one, self[f"{_NAME}{place}"]) for place, one in enumerate(self.rubric, 1)]

    def points(self) -> dict[str, int]:
        """Points by the key of the criterion."""
        return {one.key: int(field.data) for one, field in self.points_fields()}

    def show(self, points: Mapping[str, Any], comment: str) -> None:
        """Fill in a mark that stands; a mean that is no whole number is left open."""
        for one, field in self.points_fields():
            given = points.get(one.key)
            if given is not None and given == int(given):
                field.data = str(int(given)) if field.type == "RadioField" else int(given)
        self.comment.data = comment


def mark_form(rubric: Sequence[Criterion], *, is_change: bool = False) -> Any:
    """The form for a rubric; ``is_change``: with the reason of a change after the release."""
    fields: dict[str, Any] = {f"{_NAME}{place}": _points_field(one) for place, one in enumerate(rubric, 1)}
    too_long = _l("At most %(num)s letters can be used.", num=LONGEST_COMMENT)
    fields["comment"] = TextAreaField(
        _l("Comment for the learner"), [Length(max=LONGEST_COMMENT, message=too_long)], filters=[clean_text]
    )
    if is_change:
        fields["reason"] = line(_l("Reason"), 300, _l("A few words on the reason are needed."))
        fields["seen"] = HiddenField()
    return type("RubricForm", (MarkForm,), {**fields, "rubric": tuple(rubric)})()


def _points_field(criterion: Criterion) -> Any:
    words = _l("Whole points from 0 to %(most)s are needed here.", most=criterion.points)
    if criterion.points > MOST_BUTTONS:
        checks = [InputRequired(words), NumberRange(0, criterion.points, words)]
        return CountField(None, checks, words=words)
    choices = [SelectChoice(str(points), str(points)) for points in range(criterion.points + 1)]
    known = [choice.value for choice in choices]
    return RadioField(None, [InputRequired(words), AnyOf(known, words)], choices=choices, validate_choice=False)
