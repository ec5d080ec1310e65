"""Forms of quizzes on paper: whom papers are for, and what is typed in from one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired
from wtforms.widgets import TextArea

from lms.core.bilingual import LANGUAGES
from lms.core.forms import VersionField
from lms.core.i18n import bdi, current_language
from lms.core.row_codes import number_of
from lms.core.text import clean_line, clean_text
from lms.programme.models import Cohort
from lms.quizzes.content import NAMES
from lms.quizzes.forms.bank import MomentField
from lms.quizzes.models import PaperQuestion
from lms.quizzes.question_types import get
from lms.quizzes.question_types.paper import BadPaper
from lms.quizzes.services.paper import Sat

_MOMENT = _l("The day and the time of the test are needed.")


class PrepareForm(FlaskForm):
    """The cohort that gets papers."""

    cohort = SelectField(_l("Training session"))

    def offer(self, cohorts: Sequence[Cohort]) -> None:
        lang = current_language()
        self.cohort.choices = [SelectChoice(str(one.id), bdi(one.name[lang])) for one in cohorts]


class EntryForm(FlaskForm):
    """What stands on one paper. The fields of its questions come from ``entry_form``."""

    lang = RadioField(_l("Language of the paper"), choices=[SelectChoice(one, NAMES[one]) for one in LANGUAGES])
    sat_at = MomentField(_l("Taken on"), [InputRequired(_MOMENT)])
    code = StringField(_l("Code of the row"), filters=[clean_line])
    #: Of the entry that is corrected; empty for a row without one.
    version = VersionField()
    #: Number of the row that the page was opened with: the code may be typed over.
    opened = HiddenField()
    set_id: int
    asked: Sequence[PaperQuestion]
    #: Whether the cohort has other papers of the quiz, whose numbers are the same.
    needs_letter: bool

    def number(self) -> int | None:
        """Number of the row that the code names."""
        return None if self.lacks_letter else number_of(self.set_id, self.code.data or "")

    @property
    def lacks_letter(self) -> bool:
        return self.needs_letter and (self.code.data or "").isdecimal()

    def validate_code(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("The code of the row stands at the top of the paper."))
        if self.lacks_letter:
            raise ValidationError(_("The letter is needed too: this training session has other papers of the quiz."))
        if self.number() is None:
            raise ValidationError(_("No paper of these has that code: a digit or the letter is another one."))

    def answer_fields(self) -> list[tuple[PaperQuestion, Any]]:
        return [(one, self[f"a{one.position}"]) for one in self.asked]

    def sat(self) -> Sat:
        """What ``services.paper`` stores of a form that is right."""
        if self.sat_at.moment is None:
            raise LookupError("the form was not validated")
        return Sat([field.answer for _one, field in self.answer_fields()], self.lang.data, self.sat_at.moment)

    def show(self, answers: Sequence[Any]) -> None:
        """Fill in what is stored."""
        for (one, field), answer in zip(self.answer_fields(), answers, strict=True):
            version = one.version
            field.data = get(version.type).to_paper(version.settings, one.order, answer, current_language())


class AnswerField(StringField):
    """What is typed for one question, read by the type of the question."""

    def __init__(self, label: Any, question: PaperQuestion, **options: Any) -> None:
        super().__init__(label, **options)
        self.question = question
        self.is_long = get(question.version.type).marked_by == "person"
        self.answer: Any = None
        if self.is_long:
            self.widget = TextArea()

    def pre_validate(self, form: Any) -> None:
        version = self.question.version
        lang = form.lang.data if form.lang.data in LANGUAGES else current_language()
        try:
            self.answer = get(version.type).from_paper(version.settings, self.question.order, self.data or "", lang)
        except BadPaper as error:
            raise ValidationError(str(error.message)) from error


def entry_form(set_id: int, questions: Sequence[PaperQuestion], *, needs_letter: bool, **options: Any) -> Any:
    """The form of a set, one field a question."""
    fields: dict[str, Any] = {}
    for one in questions:
        clean = clean_text if get(one.version.type).marked_by == "person" else clean_line
        label = _l("Question %(number)s", number=one.position)
        fields[f"a{one.position}"] = AnswerField(label, one, filters=[clean])
    return type(
        "RowForm", (EntryForm,), {**fields, "set_id": set_id, "asked": tuple(questions), "needs_letter": needs_letter}
    )(**options)
