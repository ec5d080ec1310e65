"""Forms of this room: a question, an answer, what is published."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from lms.core.bilingual import Bilingual
from lms.core.forms import VersionField
from lms.core.text import clean_text
from lms.exchange.models import Thread

LONGEST = 2000
_AT_MOST = Length(max=LONGEST, message=_l("At most %(num)s letters can be used.", num=LONGEST))


class AskForm(FlaskForm):
    """What a learner asks."""

    text = TextAreaField(
        _l("Question"),
        [DataRequired(_l("A question in words is needed.")), _AT_MOST],
        filters=[clean_text],
        id="ask-text",
    )
    #: The step of the lesson that is open.
    step = HiddenField(id="ask-step")


class AnswerForm(FlaskForm):
    """What a trainer answers."""

    answer = TextAreaField(
        _l("Answer"), [DataRequired(_l("An answer in words is needed.")), _AT_MOST], filters=[clean_text]
    )
    #: Number of the last message that the page showed.
    seen = VersionField()


def _words(label: Any) -> TextAreaField:
    return TextAreaField(label, [_AT_MOST], filters=[clean_text])


class PublishForm(FlaskForm):
    """Question and answer as the cohort reads them, in one language or both."""

    question_ar = _words(_l("Question in Arabic"))
    answer_ar = _words(_l("Answer in Arabic"))
    question_fr = _words(_l("Question in French"))
    answer_fr = _words(_l("Answer in French"))
    #: Of the entry that the page showed; 0 for none.
    version = VersionField()

    @property
    def question(self) -> Bilingual:
        return Bilingual(self.question_ar.data or "", self.question_fr.data or "")

    @property
    def answer(self) -> Bilingual:
        return Bilingual(self.answer_ar.data or "", self.answer_fr.data or "")

    def show(self, thread: Thread) -> None:
        """The fields as the page opens: what is published, else the thread's own words, each in its language."""
        entry = thread.publication
        question, answer = (entry.question, entry.answer) if entry else (_said(thread, False), _said(thread, True))
        self.question_ar.data, self.question_fr.data = question.ar, question.fr
        self.answer_ar.data, self.answer_fr.data = answer.ar, answer.fr
        self.version.data = thread.published_version

    def validate_question_fr(self, field: Any) -> None:
        if not self.question:
            raise ValidationError(_("A question in one of the two languages is needed."))

    def validate_answer_fr(self, field: Any) -> None:
        if not self.answer:
            raise ValidationError(_("An answer in one of the two languages is needed."))


def _said(thread: Thread, is_answer: bool) -> Bilingual:
    text = "\n\n".join(one.text for one in thread.messages if one.is_answer == is_answer)[:LONGEST]
    return Bilingual(text, "") if _is_arabic(text) else Bilingual("", text)


def _is_arabic(text: str) -> bool:
    """Whether most letters of the text are Arabic."""
    letters = [char for char in text if char.isalpha()]
    return sum("\u0600" <= char <= "\u06ff" for char in letters) * 2 > len(letters)
