"""Forms with which the administration keeps people: what is known of them, roles, why an account closes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Email

from lms.accounts.forms.own import LANGUAGE_CHOICES, NamesMixin
from lms.accounts.models import Level, Organisation, Person, Region, Sex
from lms.accounts.services.editing import facts_of
from lms.core.access import Role
from lms.core.days import DayField
from lms.core.forms import VersionField, line, not_in_list
from lms.core.text import phone_number, plain_digits

LONGEST_ADDRESS = 254
FIRST_BIRTH_YEAR, LAST_BIRTH_YEAR = 1930, 2015


class PersonForm(NamesMixin, FlaskForm):
    """What is known of a person; ``version``: which one was on the page."""

    version = VersionField()
    name_ar = line(_l("Name in Arabic script"), 120)
    name_fr = line(_l("Name in Latin script"), 120)
    email = line(_l("E-mail address"), LONGEST_ADDRESS)
    phone = line(_l("Phone"), 30)
    organisation = SelectField(_l("Organisation"), validate_choice=False)
    level = RadioField(
        _l("Level"),
        choices=[SelectChoice(str(one), one.label) for one in Level],
        default=str(Level.CENTRAL),
        validate_choice=False,
    )
    region = SelectField(_l("Region"), validate_choice=False)
    moved_on = DayField(_l("Day of the move"))
    function_ar = line(_l("Function in Arabic"), 160)
    function_fr = line(_l("Function in French"), 160)
    sex = RadioField(
        _l("Sex"),
        choices=[*(SelectChoice(str(one), one.label) for one in Sex), SelectChoice("", _l("Not given"))],
        default="",
        validate_choice=False,
    )
    birth_year = line(_l("Year of birth"), 10)
    lang = RadioField(_l("Language of messages"), choices=LANGUAGE_CHOICES, default="ar", validate_choice=False)

    organisations: Sequence[Organisation] = ()
    regions: Sequence[Region] = ()
    #: The local day; nobody moves later than that.
    today: dt.date | None = None

    def offer(self, organisations: Sequence[Organisation], regions: Sequence[Region], lang: str) -> None:
        """Fill the lists to choose from."""
        self.organisations, self.regions = organisations, regions
        self.organisation.choices = [
            SelectChoice("", _("None")),
            *(SelectChoice(one.key, one.name[lang]) for one in organisations),
        ]
        self.region.choices = [
            SelectChoice("", _("None (central level)")),
            *(SelectChoice(one.key, one.name[lang]) for one in regions),
        ]

    def show(self, person: Person) -> None:
        """Fill the fields with what is stored."""
        known = facts_of(person)
        self.version.data = person.version
        self.organisation.data = person.organisation.key if person.organisation else ""
        self.region.data = person.region.key if person.region else ""
        for key in known.keys() - {"organisation_id", "region_id"}:
            self[key].data = str(known[key] or "")

    def chosen_organisation(self) -> Organisation | None:
        return next((one for one in self.organisations if one.key == self.organisation.data), None)

    def chosen_region(self) -> Region | None:
        """A person of the central level has no region."""
        is_regional = self.level.data == Level.REGIONAL
        return next((one for one in self.regions if one.key == self.region.data), None) if is_regional else None

    def values(self) -> dict[str, Any]:
        """What was typed, by the names of ``editing.KEYS``."""
        organisation, region, name = self.chosen_organisation(), self.chosen_region(), self.name()
        year = plain_digits(self.birth_year.data or "")
        return {
            "name_ar": name.ar,
            "name_fr": name.fr,
            "email": (self.email.data or "").lower() or None,
            "phone": phone_number(self.phone.data or ""),
            "organisation_id": organisation.id if organisation else None,
            "level": str(self.level.data),
            "region_id": region.id if region else None,
            "function_ar": self.function_ar.data,
            "function_fr": self.function_fr.data,
            "sex": self.sex.data or None,
            "birth_year": int(year) if year else None,
            "lang": self.lang.data,
        }

    def in_words(self, values: Mapping[str, Any], lang: str) -> dict[Any, str]:
        """Values as the page of a conflict says them: label -> words."""
        names = {one.id: one.name[lang] for one in self.organisations}
        places = {one.id: one.name[lang] for one in self.regions}
        said = {
            **values,
            "organisation": names.get(values["organisation_id"]),
            "region": places.get(values["region_id"]),
            "level": Level(values["level"]).label,
            "sex": Sex(values["sex"]).label if values["sex"] else "",
            "lang": next(one.label for one in LANGUAGE_CHOICES if one.value == values["lang"]),
        }
        skipped = ("version", "moved_on", "csrf_token")
        return {one.label.text: str(said[one.name] or "") for one in self if one.name not in skipped}

    def validate_email(self, field: StringField) -> None:
        if len((field.data or "").lower()) > LONGEST_ADDRESS:
            raise ValidationError(_("At most %(num)s letters can be used.", num=LONGEST_ADDRESS))
        if field.data:
            Email(_("An e-mail address is needed, for example nom@exemple.ma."))(self, field)

    def validate_phone(self, field: StringField) -> None:
        if field.data and phone_number(field.data) is None:
            raise ValidationError(_("This is not a telephone number."))

    def validate_organisation(self, field: SelectField) -> None:
        not_in_list(field, ["", *(one.key for one in self.organisations)])

    def validate_level(self, field: RadioField) -> None:
        not_in_list(field, [str(one) for one in Level])

    def validate_region(self, field: SelectField) -> None:
        not_in_list(field, ["", *(one.key for one in self.regions)])
        if self.level.data == Level.REGIONAL and not field.data:
            raise ValidationError(_("The regional level needs its region."))

    def validate_moved_on(self, field: DayField) -> None:
        if field.data and self.today and field.data > self.today:
            raise ValidationError(_("A move cannot be noted before its day."))

    def validate_sex(self, field: RadioField) -> None:
        not_in_list(field, ["", *(str(one) for one in Sex)])

    def validate_birth_year(self, field: StringField) -> None:
        year = plain_digits(field.data or "")
        if year and not (re.fullmatch(r"[0-9]{4}", year) and FIRST_BIRTH_YEAR <= int(year) <= LAST_BIRTH_YEAR):
            raise ValidationError(_("A year with four digits is needed, for example 1984."))

    def validate_lang(self, field: RadioField) -> None:
        not_in_list(field, [str(one.value) for one in LANGUAGE_CHOICES])


class RoleForm(FlaskForm):
    """A role to give; a focal point's names the organisation it covers, other roles leave it out."""

    role = SelectField(_l("Role"), validate_choice=False)
    organisation = SelectField(_l("Organisation covered"), validate_choice=False)

    organisations: Sequence[Organisation] = ()

    def offer(self, organisations: Sequence[Organisation], lang: str) -> None:
        self.organisations = organisations
        self.role.choices = [SelectChoice(str(one), one.label) for one in Role]
        self.organisation.choices = [
            SelectChoice("", _("None")),
            *(SelectChoice(one.key, one.name[lang]) for one in organisations),
        ]

    def chosen_organisation(self) -> Organisation | None:
        return next((one for one in self.organisations if one.key == self.organisation.data), None)

    def validate_role(self, field: SelectField) -> None:
        not_in_list(field, [str(one) for one in Role])

    def validate_organisation(self, field: SelectField) -> None:
        if self.role.data == Role.FOCAL_POINT and self.chosen_organisation() is None:
            raise ValidationError(_("A focal point needs the organisation to cover."))
