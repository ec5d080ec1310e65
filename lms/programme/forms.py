"""Forms of cohorts, enrolments and seats. Numbers and days may be typed in any digits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from lms.accounts.models import Level, Organisation, Person, Region
from lms.core.bilingual import Bilingual
from lms.core.days import DayField
from lms.core.forms import VersionField, line, not_in_list
from lms.core.i18n import bdi
from lms.core.text import clean_line
from lms.curriculum.catalogue import Curriculum
from lms.programme.models import Cohort, CommitteeSeat
from lms.programme.services import CohortPlan, SeatPlan

LONGEST_NAME = 160
LANGUAGES = {
    "ar,fr": _l("In Arabic and French, Arabic first"),
    "fr,ar": _l("In French and Arabic, French first"),
    "ar": _l("In Arabic"),
    "fr": _l("In French"),
}


class PercentField(Field):
    """A whole number from 1 to 100."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return str(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        text = clean_line(str(valuelist[0])[:20]) if valuelist else ""
        text = text.removesuffix("%").removesuffix("٪").strip()
        if not (re.fullmatch(r"\d{1,3}", text) and 1 <= int(text) <= 100):
            raise ValueError(_("A whole number from 1 to 100 is needed, for example 60."))
        self.data = int(text)


class MultiCheckboxField(SelectMultipleField):
    """Choices to tick. What is not among them is refused in our own words."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any, validators: list[Any] | None = None, **options: Any) -> None:
        super().__init__(label, validators, validate_choice=False, **options)

    def pre_validate(self, form: Any) -> None:
        known = {str(value) for value, *_rest in self.iter_choices()}
        if unknown := [one for one in self.data or [] if one not in known]:
            self.data = [one for one in self.data or [] if one not in unknown]
            raise ValidationError(_("Something was chosen that is not in this list."))


_NAME_AR = _l("The name in Arabic is needed: it stands on the Arabic pages.")
_NAME_FR = _l("The name in French is needed: it stands on the French pages.")


class CohortForm(FlaskForm):
    """What an administrator decides about a cohort; ``version``: which one was on the page."""

    version = VersionField()
    name_ar = line(_l("Name in Arabic"), LONGEST_NAME, _NAME_AR)
    name_fr = line(_l("Name in French"), LONGEST_NAME, _NAME_FR)
    starts_on = DayField(_l("First day"), [InputRequired(_l("The first day is needed."))])
    ends_on = DayField(_l("Last day"), [InputRequired(_l("The last day is needed."))])
    modules = MultiCheckboxField(_l("Modules"), [InputRequired(_l("At least one module is needed."))])
    modules_in_order = RadioField(
        _l("Order"),
        choices=[
            SelectChoice("yes", _l("The modules open one after the other")),
            SelectChoice("no", _l("All modules are open from the first day")),
        ],
        default="yes",
        validate_choice=False,
    )
    languages = RadioField(
        _l("Languages"),
        choices=[SelectChoice(key, label) for key, label in LANGUAGES.items()],
        default="ar,fr",
        validate_choice=False,
    )
    has_sessions = RadioField(
        _l("Attendance"),
        choices=[
            SelectChoice("yes", _l("With meetings, where attendance is taken")),
            SelectChoice("no", _l("Online only")),
        ],
        default="yes",
        validate_choice=False,
    )
    pass_percent = PercentField(_l("Pass mark of the tests"), default=60)
    attendance_percent = PercentField(_l("Attendance needed"), default=80)
    trainers = MultiCheckboxField(_l("Members of the team"))

    def offer(self, curriculum: Curriculum, trainers: Sequence[Person], lang: str) -> None:
        """Fill the lists to choose from."""
        self.modules.choices = [
            SelectChoice(module.slug, f"{module.number}. {module.short[lang]}") for module in curriculum.modules
        ]
        self.trainers.choices = [SelectChoice(str(one.id), bdi(one.name[lang])) for one in trainers]

    def show(self, cohort: Cohort, plan: CohortPlan) -> None:
        """Fill the fields with what is stored."""
        self.version.data = cohort.version
        self.name_ar.data, self.name_fr.data = plan.name.ar, plan.name.fr
        self.starts_on.data, self.ends_on.data = plan.starts_on, plan.ends_on
        self.modules.data = list(plan.modules)
        self.trainers.data = [str(one) for one in plan.trainer_ids]
        self.modules_in_order.data = "yes" if plan.modules_in_order else "no"
        self.has_sessions.data = "yes" if plan.has_sessions else "no"
        self.languages.data = plan.languages
        self.pass_percent.data, self.attendance_percent.data = plan.pass_percent, plan.attendance_percent

    def plan(self) -> CohortPlan:
        """What was decided; the modules in the order of the curriculum."""
        chosen = self.modules.data or []
        return CohortPlan(
            name=Bilingual(self.name_ar.data or "", self.name_fr.data or ""),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            modules=tuple(str(value) for value, *_rest in self.modules.iter_choices() if value in chosen),
            trainer_ids=frozenset(int(one) for one in self.trainers.data or []),
            has_sessions=self.has_sessions.data == "yes",
            pass_percent=self.pass_percent.data,
            attendance_percent=self.attendance_percent.data,
            modules_in_order=self.modules_in_order.data == "yes",
            languages=self.languages.data,
        )

    def validate_ends_on(self, field: DayField) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("The last day cannot be before the first day."))

    def validate_languages(self, field: RadioField) -> None:
        if field.data not in LANGUAGES:
            field.data = "ar,fr"
            raise ValidationError(_("Something was chosen that is not in this list."))


class ConfirmForm(FlaskForm):
    """Confirming an enrolment of many; ``expected``: how many the page showed."""

    expected = HiddenField()
    tell = BooleanField(_l("Tell them by e-mail"))


_TITLE_AR = _l("The title in Arabic is needed.")
_TITLE_FR = _l("The title in French is needed.")


class SeatForm(FlaskForm):
    """A seat of a committee."""

    version = VersionField()
    organisation = SelectField(_l("Organisation"), validate_choice=False)
    title_ar = line(_l("Title in Arabic"), LONGEST_NAME, _TITLE_AR)
    title_fr = line(_l("Title in French"), LONGEST_NAME, _TITLE_FR)
    level = RadioField(
        _l("Level"),
        choices=[SelectChoice(str(one), one.label) for one in Level],
        default=str(Level.CENTRAL),
        validate_choice=False,
    )
    region = SelectField(_l("Region"), validate_choice=False)

    organisations: Sequence[Organisation] = ()
    regions: Sequence[Region] = ()

    def offer(self, organisations: Sequence[Organisation], regions: Sequence[Region], lang: str) -> None:
        """Fill the lists to choose from."""
        self.organisations, self.regions = organisations, regions
        self.organisation.choices = [SelectChoice(one.key, one.name[lang]) for one in organisations]
        self.region.choices = [
            SelectChoice("", _("None (central level)")),
            *(SelectChoice(one.key, one.name[lang]) for one in regions),
        ]

    def show(self, seat: CommitteeSeat) -> None:
        """Fill the fields with what is stored."""
        self.version.data = seat.version
        self.organisation.data = seat.organisation.key
        self.title_ar.data, self.title_fr.data = seat.title.ar, seat.title.fr
        self.level.data = seat.level
        self.region.data = seat.region.key if seat.region else ""

    def plan(self) -> SeatPlan:
        """What was decided. A seat of the central level has no region."""
        regional = self.level.data == Level.REGIONAL
        return SeatPlan(
            organisation=next(one for one in self.organisations if one.key == self.organisation.data),
            title=Bilingual(self.title_ar.data or "", self.title_fr.data or ""),
            level=str(self.level.data),
            region=next((one for one in self.regions if one.key == self.region.data), None) if regional else None,
        )

    def validate_organisation(self, field: SelectField) -> None:
        if field.data not in [one.key for one in self.organisations]:
            raise ValidationError(_("An organisation has to be chosen."))

    def validate_level(self, field: RadioField) -> None:
        not_in_list(field, list(Level))

    def validate_region(self, field: SelectField) -> None:
        if self.level.data == Level.REGIONAL and field.data not in [one.key for one in self.regions]:
            raise ValidationError(_("A seat of the regional level needs its region."))


class AppointForm(FlaskForm):
    """Who holds a seat, from which day; ``seen``: the holding that was on the page."""

    seen = HiddenField()
    person = RadioField(_l("Person"), validate_choice=False)
    since_on = DayField(_l("Holds the seat since"), [InputRequired(_l("The day is needed."))])

    def offer(self, people: Sequence[Person], lang: str) -> None:
        self.person.choices = [SelectChoice(str(one.id), bdi(one.name[lang])) for one in people]

    def validate_person(self, field: RadioField) -> None:
        if not re.fullmatch(r"[0-9]{1,9}", field.data or ""):
            field.data = None
            raise ValidationError(_("Somebody has to be chosen."))


class VacateForm(FlaskForm):
    """The last day of a holder; ``seen``: the holding that was on the page."""

    seen = HiddenField()
    until_on = DayField(_l("Last day"), [InputRequired(_l("The day is needed."))])
