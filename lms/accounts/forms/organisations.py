"""Forms of organisations, their other spellings, and regions."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, ValidationError

from lms.accounts.errors import NameTaken
from lms.accounts.models import Organisation, Region
from lms.accounts.services.organisations import Names
from lms.core.bilingual import Bilingual
from lms.core.forms import VersionField, line
from lms.core.text import tight

LONGEST = 200
_NAME_AR = _l("The name in Arabic is needed: it stands on the Arabic pages.")
_NAME_FR = _l("The name in French is needed: it stands on the French pages.")


class _NamedForm(FlaskForm):
    """Both names are needed; ``version``: which one was on the page."""

    version = VersionField()
    name_ar = line(_l("Name in Arabic"), LONGEST, _NAME_AR)
    name_fr = line(_l("Name in French"), LONGEST, _NAME_FR)

    def name(self) -> Bilingual:
        return Bilingual(self.name_ar.data or "", self.name_fr.data or "")

    def blame(self, error: NameTaken) -> None:
        """Show at its field which name is taken."""
        field = self.name_ar if error.lang == "ar" else self.name_fr
        field.errors = [str(error.message)]

    def beside(self, stored: Any) -> list[tuple[Any, Any, Any]]:
        """(label, stored, typed) of each field, for somebody who was overtaken."""
        return [
            (self.name_ar.label.text, stored.name.ar, self.name_ar.data),
            (self.name_fr.label.text, stored.name.fr, self.name_fr.data),
        ]


class OrganisationForm(_NamedForm):
    short_ar = line(_l("Short name in Arabic"), LONGEST)
    short_fr = line(_l("Short name in French"), LONGEST)

    @classmethod
    def of(cls, row: Organisation) -> OrganisationForm:
        names, short = row.name, row.short_name
        values = {"name_ar": names.ar, "name_fr": names.fr, "short_ar": short.ar, "short_fr": short.fr}
        return cls(formdata=None, data={**values, "version": row.version})

    def names(self) -> Names:
        return Names(self.name(), Bilingual(self.short_ar.data or "", self.short_fr.data or ""))

    def beside(self, stored: Organisation) -> list[tuple[Any, Any, Any]]:
        typed = self.names().full().short_name
        return [
            *super().beside(stored),
            (self.short_ar.label.text, stored.short_name.ar, typed.ar),
            (self.short_fr.label.text, stored.short_name.fr, typed.fr),
        ]


class RegionForm(_NamedForm):
    @classmethod
    def of(cls, row: Region) -> RegionForm:
        return cls(formdata=None, data={"name_ar": row.name.ar, "name_fr": row.name.fr, "version": row.version})


class SpellingForm(FlaskForm):
    spelling = line(_l("Other spelling"), LONGEST, _l("A spelling is needed."))

    def validate_spelling(self, field: StringField) -> None:
        if not tight(field.data or ""):
            raise ValidationError(_("A spelling is needed."))
