"""Forms about the people of a quiz: what is arranged for them, and what they ask about marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from lms.core import clock
from lms.core.i18n import bdi, current_language
from lms.core.paging import whole_number
from lms.core.text import clean_text
from lms.quizzes.forms.bank import CountField, MomentField
from lms.quizzes.models import Arrangement, Quiz
from lms.quizzes.services.desk import Given

LONGEST_QUESTION, LONGEST_ANSWER = 1000, 2000
#: Share of the time in percent, as a choice -> its words.
USUAL, OTHER = "100", "other"
TIMES = {
    USUAL: _l("The usual time"),
    "125": _l("A quarter more"),
    "150": _l("Half as much more"),
    "200": _l("Twice the time"),
    OTHER: _l("Another share"),
}


def _at_most(letters: int) -> Length:
    return Length(max=letters, message=_l("At most %(num)s letters can be used.", num=letters))


class ReviewForm(FlaskForm):
    """What a learner asks about a mark; words are optional."""

    words = TextAreaField(_l("What should be looked at"), [_at_most(LONGEST_QUESTION)], filters=[clean_text])


class AnswerForm(FlaskForm):
    """What a trainer answers a learner who asks about a mark."""

    answer = TextAreaField(
        _l("Answer"),
        [DataRequired(_l("An answer in words is needed.")), _at_most(LONGEST_ANSWER)],
        filters=[clean_text],
    )


def _count(label: Any, most: int) -> CountField:
    words = _l("A whole number from %(least)s to %(most)s is needed, or nothing.", least=0, most=most)
    return CountField(label, [Optional(), NumberRange(0, most, words)], words=words)


_SHARE = _l("A whole number from 100 to 400 is needed.")


class ArrangementForm(FlaskForm):
    """More time, more attempts or a later closing. No field asks why: the reason is nobody's to store."""

    quiz = SelectField(_l("Where it holds"))
    time = RadioField(
        _l("Time allowed"), choices=[SelectChoice(value, label) for value, label in TIMES.items()], default="125"
    )
    percent = CountField(_l("Share of the time, in percent"), words=_SHARE)
    extra_minutes = _count(_l("Minutes more"), 600)
    extra_attempts = _count(_l("Attempts more"), 50)
    closes_at = MomentField(_l("Open until"), [Optional()])

    def offer(self, quizzes: Sequence[Quiz]) -> None:
        """Fill the list of quizzes, every quiz first."""
        lang = current_language()
        named = [SelectChoice(str(quiz.id), bdi(quiz.title[lang])) for quiz in quizzes]
        self.quiz.choices = [SelectChoice("", _l("Every quiz")), *named]

    def show(self, quiz_id: int | None, stored: Arrangement | None) -> None:
        """The fields as the page opens: what holds there already, else a quarter more time."""
        self.quiz.data = str(quiz_id or "")
        if stored is None:
            return
        share = str(stored.time_percent)
        self.time.data = share if share in TIMES else OTHER
        self.percent.data = None if share in TIMES else stored.time_percent
        self.extra_minutes.data = stored.extra_minutes or None
        self.extra_attempts.data = stored.extra_attempts or None
        self.closes_at.process_data(stored.closes_at)

    @property
    def quiz_id(self) -> int | None:
        return whole_number(self.quiz.data)

    def given(self) -> Given:
        """What ``services.desk.arrange`` stores."""
        percent = self.percent.data if self.time.data == OTHER else whole_number(self.time.data)
        return Given(percent or 100, self.extra_minutes.data or 0, self.extra_attempts.data or 0, self.closes_at.moment)

    def validate_percent(self, field: Any) -> None:
        if self.time.data == OTHER and (field.data is None or not 100 <= field.data <= 400):
            raise ValidationError(str(_SHARE))

    def validate_closes_at(self, field: Any) -> None:
        if field.moment is not None and field.moment <= clock.now():
            raise ValidationError(_("This moment is past already: a later one is needed."))

    def validate_time(self, field: Any) -> None:
        if field.data == USUAL and self.given() == Given():
            raise ValidationError(_("Nothing here differs from the usual: more of something is needed."))
