"""The form of a cohort's sheets."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from lms.attendance import sheets
from lms.attendance.layouts import Column
from lms.attendance.models import CohortSheet
from lms.attendance.services.layouts import Words
from lms.core.bilingual import Bilingual
from lms.core.forms import VersionField, line
from lms.documents import layout_fault, undrawable
from lms.programme.forms import MultiCheckboxField

_FAULTS = {
    "title": ("title_fr", _l("The title is too long for the sheet.")),
    "footer": ("footer_fr", _l("The last line is too long for the sheet.")),
    "heading": ("blank_one_fr", _l("A heading is too long for its column: a shorter word is needed.")),
    "columns": ("columns", _l("So many columns leave no room to sign: one less is needed.")),
}


def _printable(_form: Any, field: Any) -> None:
    if characters := undrawable(field.data or ""):
        raise ValidationError(_("These characters cannot be printed: %(characters)s", characters=characters))


class LayoutForm(FlaskForm):
    """Words and columns of the sheets."""

    version = VersionField()
    title_ar = line(_l("Title in Arabic"), 60)
    title_fr = line(_l("Title in French"), 60)
    columns = MultiCheckboxField(_l("Printed of each person"))
    blank_one_ar = line(_l("First column to fill in, heading in Arabic"), 30)
    blank_one_fr = line(_l("First column to fill in, heading in French"), 30)
    blank_two_ar = line(_l("Second column to fill in, heading in Arabic"), 30)
    blank_two_fr = line(_l("Second column to fill in, heading in French"), 30)
    footer_ar = line(_l("Last line in Arabic"), 120)
    footer_fr = line(_l("Last line in French"), 120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns.choices = [SelectChoice(one.value, one.label) for one in Column]

    def show(self, row: CohortSheet | None) -> None:
        """Fill in what is stored."""
        if row is None:
            self.version.data, self.columns.data = 0, [Column.ORGANISATION.value]
            return
        self.version.data, self.columns.data = row.version, list(row.columns)
        self.title_ar.data, self.title_fr.data = row.title.ar, row.title.fr
        self.footer_ar.data, self.footer_fr.data = row.footer.ar, row.footer.fr
        for name, one in zip(("one", "two"), row.blanks, strict=False):
            self[f"blank_{name}_ar"].data, self[f"blank_{name}_fr"].data = one["ar"], one["fr"]

    def words(self) -> Words:
        """What the form says."""
        blanks = [self._pair(f"blank_{name}") for name in ("one", "two")]
        return Words(
            self._pair("title"), self._pair("footer"), list(self.columns.data or []), [one for one in blanks if one]
        )

    def _pair(self, name: str) -> Bilingual:
        return Bilingual(self[f"{name}_ar"].data or "", self[f"{name}_fr"].data or "")

    def validate(self, extra_validators: Any = None) -> bool:
        """Each line by itself, then whether all of it has room on a page."""
        printed = [field.name for field in self if field.type == "StringField"]
        if not super().validate({**(extra_validators or {}), **{name: [_printable] for name in printed}}):
            return False
        fault = layout_fault(sheets.layout(**vars(self.words())).drawn)
        if fault:
            field, message = _FAULTS[fault]
            self[field].errors = [message]
        return not fault


class LogoForm(FlaskForm):
    """What a logo shows; its file stands beside it."""

    name = line(_l("What the logo shows"), 80, _l("A few words are needed: they are read to those who hear the sheet."))
