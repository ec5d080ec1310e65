"""Forms of this room but the surveys themselves: opening a round, naming a supervisor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Email, InputRequired, ValidationError

from lms.core.days import DayField
from lms.core.forms import line, not_in_list
from lms.core.i18n import current_language
from lms.core.text import isolate
from lms.curriculum.catalogue import Module
from lms.programme.models import Cohort
from lms.quizzes.models import Quiz
from lms.surveys.services.rounds import LONGEST_DAYS


class RoundForm(FlaskForm):
    """Which survey is asked of which cohort, about what, until when."""

    survey = SelectField(_l("Survey"), validate_choice=False)
    cohort = SelectField(_l("Training session"), validate_choice=False)
    module = SelectField(_l("About"), validate_choice=False)
    closes_on = DayField(_l("Last day"), [InputRequired(_l("The last day is needed."))])

    def offer(self, surveys: Sequence[Quiz], cohorts: Sequence[Cohort], modules: Sequence[Module]) -> None:
        """What can be chosen."""
        lang = current_language()
        self.survey.choices = [SelectChoice(str(one.id), isolate(one.title[lang])) for one in surveys]
        self.cohort.choices = [SelectChoice(str(one.id), isolate(one.name[lang])) for one in cohorts]
        whole = SelectChoice("", _("The whole training session"))
        self.module.choices = [whole, *(SelectChoice(one.slug, isolate(one.short[lang])) for one in modules)]

    def validate_survey(self, field: SelectField) -> None:
        _offered(field)

    def validate_cohort(self, field: SelectField) -> None:
        _offered(field)

    def validate_module(self, field: SelectField) -> None:
        _offered(field)

    def fits(self, today: dt.date) -> bool:
        """Whether the last day lies from today on, and not too far; where it does not, the field says so."""
        day = self.closes_on.data
        if day is not None and today <= day <= today + dt.timedelta(days=LONGEST_DAYS):
            return True
        self.closes_on.errors = [_("The last day lies from today on, and within %(num)s days.", num=LONGEST_DAYS)]
        return False


def _offered(field: SelectField) -> None:
    not_in_list(field, [str(value) for value, *_rest in field.iter_choices()])


class SupervisorForm(FlaskForm):
    """Where the supervisor is written to."""

    address = line(_l("E-mail address of the supervisor"), 254, _l("Without an address nothing is sent."))

    def __init__(self, *args: Any, own: str | None = None, **options: Any) -> None:
        """``own``: the member's address, which is not their supervisor's."""
        super().__init__(*args, **options)
        self.own = own

    def validate_address(self, field: StringField) -> None:
        if field.data:
            Email(_("An e-mail address is needed, for example nom@exemple.ma."))(self, field)
            if field.data.lower() == (self.own or "").lower():
                raise ValidationError(_("This is the address of your own account: the supervisor’s is needed."))
