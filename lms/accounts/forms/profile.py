"""What people change about themselves without asking anybody; the rest goes by a request to the team."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, ValidationError

from lms.accounts.models import Person
from lms.core.forms import VersionField, line
from lms.core.text import phone_number


class ProfileForm(FlaskForm):
    """Telephone and function; ``version``: which state of the account was on the page."""

    version = VersionField()
    phone = line(_l("Phone"), 30)
    function_ar = line(_l("Function in Arabic"), 160)
    function_fr = line(_l("Function in French"), 160)

    def show(self, person: Person) -> None:
        """Fill the fields with what is stored."""
        self.version.data = person.version
        self.phone.data = person.phone or ""
        self.function_ar.data, self.function_fr.data = person.function.ar, person.function.fr

    def values(self) -> dict[str, Any]:
        """What was typed, by the names of ``editing.KEYS``."""
        return {
            "phone": phone_number(self.phone.data or ""),
            "function_ar": self.function_ar.data,
            "function_fr": self.function_fr.data,
        }

    def in_words(self, person: Person) -> list[tuple[Any, Any, Any]]:
        """(label, stored now, typed) of each field, for the page of a conflict."""
        stored = {"phone": person.phone, "function_ar": person.function.ar, "function_fr": person.function.fr}
        typed = self.values()
        return [(self[key].label.text, stored[key] or "", typed[key] or "") for key in stored]

    def validate_phone(self, field: StringField) -> None:
        if field.data and phone_number(field.data) is None:
            raise ValidationError(_("This is not a telephone number."))
