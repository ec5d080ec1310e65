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
from lms.core.i18n import bdi, clock_time, current_language, short_date
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
_NO_LIMIT = _l("This quiz has no time limit: more time would change nothing.")


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
        self._offered = {quiz.id: quiz for quiz in quizzes}
        lang = current_language()
        named = [SelectChoice(str(quiz.id), bdi(quiz.title[lang])) for quiz in quizzes]
        self.quiz.choices = [SelectChoice("", _l("Every quiz")), *named]

    def show(self, quiz_id: int | None, stored: Arrangement | None) -> None:
        """The fields as the page opens: what holds there already, else a quarter more time."""
        self.quiz.data = str(quiz_id or "")
        if stored is None:
            if self._chosen is not None and not self._chosen.minutes:
                self.time.data = USUAL
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

    @property
    def _chosen(self) -> Quiz | None:
        """The one quiz that is meant; None: every quiz, also those to come."""
        return self._offered.get(self.quiz_id or 0)

    def given(self) -> Given:
        """What ``services.desk.arrange`` stores."""
        percent = self.percent.data if self.time.data == OTHER else whole_number(self.time.data)
        return Given(percent or 100, self.extra_minutes.data or 0, self.extra_attempts.data or 0, self.closes_at.moment)

    def validate_percent(self, field: Any) -> None:
        if self.time.data == OTHER and (field.data is None or not 100 <= field.data <= 400):
            raise ValidationError(str(_SHARE))

    def validate_extra_minutes(self, field: Any) -> None:
        if field.data and self._chosen is not None and not self._chosen.minutes:
            raise ValidationError(str(_NO_LIMIT))

    def validate_extra_attempts(self, field: Any) -> None:
        if field.data and self._chosen is not None and self._chosen.attempts_allowed is None:
            raise ValidationError(_("This quiz can be taken as often as wanted: more attempts would change nothing."))

    def validate_closes_at(self, field: Any) -> None:
        if field.moment is None:
            return
        if field.moment <= clock.now():
            raise ValidationError(_("This moment is past already: a later one is needed."))
        if self._chosen is None:
            return
        closes_at = self._chosen.closes_at
        if closes_at is None:
            raise ValidationError(_("This quiz does not close: a later closing would change nothing."))
        if field.moment <= closes_at:
            day, time = short_date(closes_at), clock_time(closes_at).striptags()
            words = _("This quiz closes on %(day)s at %(time)s: a later moment is needed.", day=day, time=time)
            raise ValidationError(words)

    def validate_time(self, field: Any) -> None:
        is_usual = field.data == USUAL or (field.data == OTHER and self.percent.data == 100)
        if is_usual and self.given() == Given():
            raise ValidationError(_("Nothing here differs from the usual: more of something is needed."))
        if not is_usual and self._chosen is not None and not self._chosen.minutes:
            raise ValidationError(str(_NO_LIMIT))
