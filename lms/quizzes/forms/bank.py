"""Forms of the question bank. The texts of a question are read by ``builder``: which there are, its type says."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    SelectField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import TextInput

from lms.core import clock
from lms.core.bilingual import Bilingual
from lms.core.forms import VersionField, line
from lms.core.i18n import bdi, current_language
from lms.core.paging import whole_number
from lms.core.text import clean_text, plain_digits
from lms.quizzes.content import LEVELS, Content
from lms.quizzes.models import Counts, Feedback, Purpose, QuestionCase, Quiz
from lms.quizzes.objectives import Group
from lms.quizzes.question_types import TYPES
from lms.ui.markdown import unmarked

MOST_POINTS = 100
WHOLE_POINTS = _l("A whole number from 1 to 100 is needed.")
LONGEST_IN_LIST = 80
LONGEST_CASE = Length(max=6000, message=_l("At most %(num)s letters can be used.", num=6000))


def _choices(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in pairs]


class CountField(IntegerField):
    """A whole number in any digits."""

    widget = TextInput()

    def __init__(self, label: Any = None, validators: Any = None, *, words: Any = "", **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.words = words

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = plain_digits(str(valuelist[0])).strip()[:9] if valuelist else ""
        self.data = int(text) if text.isascii() and text.isdecimal() else None
        if text and self.data is None:
            raise ValueError(str(self.words))


class QuestionForm(FlaskForm):
    """What both languages share of every question."""

    version = VersionField()
    type = SelectField(_l("Type"))
    objective = SelectField(_l("Objective"))
    level = SelectField(_l("Level"))
    points = CountField(
        _l("Points"),
        [InputRequired(WHOLE_POINTS), NumberRange(1, MOST_POINTS, WHOLE_POINTS)],
        words=WHOLE_POINTS,
    )
    shuffle = BooleanField(_l("Mix the options"))
    lesson = SelectField(_l("Part of a lesson to read again"))
    case = SelectField(_l("Case that it is about"))
    picture = FileField(_l("Picture"))
    tags = line(_l("Tags, parted by commas"), 700)
    #: Those that the page was opened with.
    shown_tags = HiddenField()

    def __init__(
        self,
        objectives: list[Group],
        parts: list[Group],
        cases: Sequence[QuestionCase],
        stored: Content,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.type.choices = _choices((key, kind.label) for key, kind in TYPES.items())
        self.level.choices = _choices(LEVELS.items())
        self.objective.choices = _grouped(objectives, stored.objective_key, _l("None"))
        self.lesson.choices = _grouped(parts, stored.lesson, _l("No part"))
        lang = current_language()
        known = ((str(one.id), bdi(shortened(one.text[lang]))) for one in cases)
        self.case.choices = _choices([("", _l("None")), *known])

    def fill(self, content: Content) -> Content:
        """The content with what this form holds."""
        return replace(
            content,
            objective_key=self.objective.data or "",
            level=self.level.data or "apply",
            points=self.points.data if isinstance(self.points.data, int) else content.points,
            shuffle=bool(self.shuffle.data),
            lesson=self.lesson.data or "",
            case_id=whole_number(self.case.data)
            if self.case.data in [value for value, *_rest in self.case.iter_choices()]
            else None,
        )


def shortened(text: str) -> str:
    """The beginning of a text without its marks, for lists to choose from."""
    # A no-break space stays one: « ? » does not stand on a line by itself.
    text = re.sub(r"[ \t\r\n]+", " ", unmarked(text)).strip()
    return text if len(text) <= LONGEST_IN_LIST else f"{text[: LONGEST_IN_LIST - 1].rstrip()}…"


def _grouped(groups: list[Group], present: str | None, nothing: Any) -> list[SelectChoice]:
    """Choices under the titles of their lessons; what is stored but gone from the curriculum stays choosable."""
    lang = current_language()
    known = {choice.key for group in groups for choice in group.choices}
    found = _choices([("", nothing)])
    if present and present not in known:
        found.append(SelectChoice(present, present))
    for group in groups:
        found += [SelectChoice(one.key, one.words[lang], optgroup=group.title[lang]) for one in group.choices]
    return found


class CategoryForm(FlaskForm):
    """A drawer of the bank."""

    name_ar = line(_l("Name in Arabic"), 80, _l("A name in Arabic is needed."))
    name_fr = line(_l("Name in French"), 80, _l("A name in French is needed."))


def _whole(label: Any, least: int, most: int) -> IntegerField:
    """A whole number that may be left out."""
    words = _l("A whole number from %(least)s to %(most)s is needed, or nothing.", least=least, most=most)
    return CountField(label, [Optional(), NumberRange(least, most, words)], words=words)


class MomentField(DateTimeLocalField):
    """A moment on the programme's clocks; stored in UTC."""

    def process_data(self, value: Any) -> None:
        self.data = clock.local(value).replace(tzinfo=None) if value is not None else None

    @property
    def moment(self) -> dt.datetime | None:
        return self.data.replace(tzinfo=clock.PROGRAMME_ZONE).astimezone(dt.UTC) if self.data else None

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            if valuelist and str(valuelist[0]).strip():
                raise ValueError(_("A day and a time are needed, or nothing.")) from None
            self.data = None


PURPOSES = {
    Purpose.PRACTICE: _l("Practice"),
    Purpose.TEST: _l("Test of the module"),
    Purpose.PRE_TEST: _l("Test before the training"),
    Purpose.POST_TEST: _l("Test after the training"),
    Purpose.SURVEY: _l("Survey"),
}
COUNTS = {
    Counts.BEST: _l("the best attempt counts"),
    Counts.LAST: _l("the last attempt counts"),
    Counts.AVERAGE: _l("the average of the attempts counts"),
}
FEEDBACK = {
    Feedback.AT_ONCE: _l("at once, after each question"),
    Feedback.AFTER_SUBMIT: _l("after sending"),
    Feedback.AFTER_CLOSING: _l("after the closing"),
    Feedback.NEVER: _l("never"),
}


class QuizForm(FlaskForm):
    """The rules of a quiz, in four groups."""

    version = VersionField()
    title_ar = line(_l("Title in Arabic"), 160, _l("A title in Arabic is needed."))
    title_fr = line(_l("Title in French"), 160, _l("A title in French is needed."))
    module = SelectField(_l("Module"))
    purpose = SelectField(_l("Purpose"), choices=_choices(PURPOSES.items()))
    cohort = SelectField(_l("Training session"))
    other_form = SelectField(_l("Parallel form"))
    minutes = _whole(_l("Minutes allowed"), 1, 600)
    opens_at = MomentField(_l("Opens"), [Optional()])
    closes_at = MomentField(_l("Closes"), [Optional()])
    attempts_allowed = _whole(_l("Attempts"), 1, 50)
    pause_hours = _whole(_l("Hours between two attempts"), 0, 720)
    counts = SelectField(_l("What counts"), choices=_choices(COUNTS.items()))
    pass_percent = _whole(_l("Pass mark in percent"), 1, 100)
    shuffle = BooleanField(_l("Mix questions and options"))
    asks_certainty = BooleanField(_l("Ask how sure one is of each answer"))
    second_marker = BooleanField(_l("Two people mark each open answer"))
    feedback = SelectField(_l("Explanations"), choices=_choices(FEEDBACK.items()))

    def offer(self, modules: Sequence[Any], cohorts: Sequence[Any], quizzes: Sequence[Quiz], quiz: Quiz | None) -> None:
        """Fill the lists to choose from."""
        lang = current_language()
        self.module.choices = _choices((one.slug, one.short[lang]) for one in modules)
        named = {str(one.id): bdi(one.name[lang]) for one in cohorts}
        if quiz is not None and quiz.cohort_id is not None:
            named.setdefault(str(quiz.cohort_id), _l("Another training session"))
        self.cohort.choices = _choices([("", _l("All")), *named.items()])
        others = ((str(one.id), bdi(one.title[lang])) for one in quizzes if quiz is None or one.id != quiz.id)
        self.other_form.choices = _choices([("", _l("None")), *others])

    def show(self, quiz: Quiz) -> None:
        """Fill the fields with what is stored."""
        self.version.data = quiz.version
        self.title_ar.data, self.title_fr.data = quiz.title.ar, quiz.title.fr
        self.cohort.data, self.other_form.data = str(quiz.cohort_id or ""), str(quiz.other_form_id or "")
        for name in (
            "module", "purpose", "minutes", "attempts_allowed", "pause_hours", "counts", "pass_percent", "shuffle",
            "asks_certainty", "second_marker", "feedback",
        ):  # fmt: skip
            self[name].data = getattr(quiz, name)
        self.opens_at.process_data(quiz.opens_at)
        self.closes_at.process_data(quiz.closes_at)

    def values(self) -> dict[str, Any]:
        """What the service stores."""
        return {
            "title": Bilingual(self.title_ar.data or "", self.title_fr.data or ""),
            "module": self.module.data,
            "purpose": self.purpose.data,
            "cohort_id": whole_number(self.cohort.data),
            "other_form_id": whole_number(self.other_form.data),
            "minutes": self.minutes.data,
            "opens_at": self.opens_at.moment,
            "closes_at": self.closes_at.moment,
            "attempts_allowed": self.attempts_allowed.data,
            "pause_hours": self.pause_hours.data or 0,
            "counts": self.counts.data,
            "pass_percent": self.pass_percent.data,
            "shuffle": bool(self.shuffle.data),
            "asks_certainty": bool(self.asks_certainty.data),
            "second_marker": bool(self.second_marker.data),
            "feedback": self.feedback.data,
        }

    def validate_closes_at(self, field: Any) -> None:
        if field.data and self.opens_at.data and field.data <= self.opens_at.data:
            raise ValidationError(_("The closing comes after the opening."))


class DrawForm(FlaskForm):
    """Questions drawn anew for each attempt."""

    count = CountField(
        _l("How many"),
        [InputRequired(_l("A whole number from 1 to 60 is needed.")),
         NumberRange(1, 60, _l("A whole number from 1 to 60 is needed."))],
        words=_l("A whole number from 1 to 60 is needed."),
    )  # fmt: skip
    objective = SelectField(_l("Objective"))
    level = SelectField(_l("Level"))
    tag = SelectField(_l("Tag"))

    def offer(self, objectives: list[Group], tags: Sequence[str]) -> None:
        self.objective.choices = [SelectChoice("", _l("All")), *_grouped(objectives, None, "")[1:]]
        self.level.choices = _choices([("", _l("All")), *LEVELS.items()])
        self.tag.choices = _choices([("", _l("All")), *((tag, tag) for tag in tags)])


class PlanForm(FlaskForm):
    """A line of the blueprint."""

    objective = SelectField(_l("Objective"))
    level = SelectField(_l("Level"), choices=_choices(LEVELS.items()))
    count = CountField(
        _l("Questions needed"),
        [InputRequired(_l("A whole number from 0 to 60 is needed.")),
         NumberRange(0, 60, _l("A whole number from 0 to 60 is needed."))],
        words=_l("A whole number from 0 to 60 is needed."),
    )  # fmt: skip

    def offer(self, objectives: list[Group]) -> None:
        self.objective.choices = _grouped(objectives, None, _l("None"))


class SectionForm(FlaskForm):
    """The heading of a part of a quiz."""

    name_ar = line(_l("Heading in Arabic"), 120, _l("A heading in Arabic is needed."))
    name_fr = line(_l("Heading in French"), 120, _l("A heading in French is needed."))


class CaseForm(FlaskForm):
    """A text or a figure for several questions."""

    version = VersionField()
    text_ar = TextAreaField(_l("Text in Arabic"), [LONGEST_CASE], filters=[clean_text])
    text_fr = TextAreaField(_l("Text in French"), [LONGEST_CASE], filters=[clean_text])
    picture = FileField(_l("Picture"))
    alt_ar = line(_l("The picture in words, in Arabic"), 1000)
    alt_fr = line(_l("The picture in words, in French"), 1000)

    def validate_text_fr(self, field: Any) -> None:
        if not field.data and not self.text_ar.data:
            raise ValidationError(_("A text is needed, in one language at least."))
