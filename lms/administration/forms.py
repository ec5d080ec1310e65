"""Forms of settings, logo, signatories and the filters of the audit."""

from __future__ import annotations

import datetime as dt
from typing import Any

from babel.dates import get_month_names
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    Field,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Email, Length, Optional
from wtforms.widgets import TextInput

from lms.core.bilingual import Bilingual
from lms.core.forms import VersionField
from lms.core.i18n import current_language, locale_of
from lms.core.images import MAX_BYTES, ImageRefused
from lms.core.profile import Known, Signatory
from lms.core.text import clean_line
from lms.documents import undrawable

#: What the heads of a certificate have room for, and of the lines to sign on.
LONGEST_NAME, LONGEST_SHORT, LONGEST_SIGNER = 90, 40, 60
MOST_REMINDERS, MOST_DAYS = 7, 90
DEFAULT = Known()


class NumberField(Field):
    """A whole number between two others, typed in any digits."""

    widget = TextInput()

    def __init__(self, label: Any, low: int, high: int, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.low, self.high = low, high

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0])[:20].strip() if valuelist else ""
        self.data = int(text) if text.isdecimal() else None

    def pre_validate(self, form: Any) -> None:
        if self.data is None or not self.low <= self.data <= self.high:
            raise ValidationError(_("A whole number from %(low)s to %(high)s is needed.", low=self.low, high=self.high))


class PrintedField(StringField):
    """A line that may stand on a certificate: cleaned, not longer than its room, every letter printable."""

    def __init__(self, label: Any, longest: int, *, is_needed: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.longest, self.is_needed = longest, is_needed

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = clean_line(str(valuelist[0])) if valuelist else ""

    def pre_validate(self, form: Any) -> None:
        text = self.data or ""
        if self.is_needed and not text:
            raise ValidationError(_("This line is printed on certificates and cannot be empty."))
        if len(text) > self.longest:
            raise ValidationError(_("At most %(count)s letters have room here.", count=self.longest))
        if characters := undrawable(text):
            raise ValidationError(
                _("These characters cannot be printed on certificates: %(characters)s", characters=characters)
            )


class SettingsForm(FlaskForm):
    """What the team itself decides; empty names mean the curriculum's."""

    version = VersionField()
    name_ar = PrintedField(_l("Name of the programme in Arabic"), LONGEST_NAME)
    name_fr = PrintedField(_l("Name of the programme in French"), LONGEST_NAME)
    short_ar = PrintedField(_l("Short name in Arabic"), LONGEST_SHORT)
    short_fr = PrintedField(_l("Short name in French"), LONGEST_SHORT)
    issuer_ar = PrintedField(_l("Who issues certificates, in Arabic"), LONGEST_NAME)
    issuer_fr = PrintedField(_l("Who issues certificates, in French"), LONGEST_NAME)
    contact = StringField(
        _l("E-mail address for help"),
        [
            Optional(strip_whitespace=True),
            Length(max=254),
            Email(_l("A complete e-mail address is needed, for example nom@exemple.ma.")),
        ],
        filters=[lambda text: clean_line(text)],
    )
    reminders_a_week = NumberField(_l("Reminders a week and person, at most"), 0, MOST_REMINDERS)
    behind_after_days = NumberField(_l("Days without a step after which somebody counts as behind"), 1, MOST_DAYS)
    absences_to_focal_points = BooleanField(
        _l("Focal points get a message naming the people of their organisation who were absent from a half-day")
    )
    fiscal_year_month = SelectField(_l("Month in which the fiscal year starts"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fiscal_year_month.choices = [SelectChoice(number, name) for number, name in month_names().items()]

    @classmethod
    def of(cls, stored: Known) -> SettingsForm:
        return cls(
            formdata=None,
            data={
                "version": stored.version,
                "name_ar": stored.name.ar,
                "name_fr": stored.name.fr,
                "short_ar": stored.short_name.ar,
                "short_fr": stored.short_name.fr,
                "issuer_ar": stored.issuer.ar,
                "issuer_fr": stored.issuer.fr,
                "contact": stored.contact,
                "reminders_a_week": stored.reminders_a_week,
                "behind_after_days": stored.behind_after_days,
                "absences_to_focal_points": stored.absences_to_focal_points,
                "fiscal_year_month": stored.fiscal_year_month,
            },
        )

    def values(self) -> dict[str, Any]:
        """Column of the profile -> what was typed."""
        return {
            "name": Bilingual(self.name_ar.data or "", self.name_fr.data or ""),
            "short_name": Bilingual(self.short_ar.data or "", self.short_fr.data or ""),
            "issuer": Bilingual(self.issuer_ar.data or "", self.issuer_fr.data or ""),
            "contact": self.contact.data or "",
            "reminders_a_week": self.reminders_a_week.data,
            "behind_after_days": self.behind_after_days.data,
            "absences_to_focal_points": bool(self.absences_to_focal_points.data),
            "fiscal_year_month": self.fiscal_year_month.data,
        }

    def beside(self, stored: Known) -> list[tuple[Any, Any, Any]]:
        """(label, stored now, typed) of every field."""
        other, months = SettingsForm.of(stored), month_names()
        rows = []
        for field in self:
            if field.name in ("version", "csrf_token"):
                continue
            pair = (other[field.name].data, field.data)
            if field.name == "fiscal_year_month":
                pair = (months.get(pair[0]), months.get(pair[1]))
            if field.name == "absences_to_focal_points":
                pair = (_("Yes") if pair[0] else _("No"), _("Yes") if pair[1] else _("No"))
            rows.append((field.label.text, *pair))
        return rows


def month_names() -> dict[int, str]:
    return dict(get_month_names("wide", context="stand-alone", locale=locale_of(current_language())))


def quarters(first_month: int) -> list[tuple[str, str]]:
    """First and last month of the four quarters of a fiscal year that starts in this month."""
    names = month_names()
    starts = [(first_month - 1 + 3 * quarter) % 12 for quarter in range(4)]
    return [(names[start + 1], names[(start + 2) % 12 + 1]) for start in starts]


def _has_room(_form: Any, field: Any) -> None:
    """Larger pictures are refused before they are looked at; the reading stands at the start again."""
    if field.data:
        field.data.stream.seek(0, 2)
        size = field.data.stream.tell()
        field.data.stream.seek(0)
        if size > MAX_BYTES:
            field.data.close()
            raise ValidationError(_("The picture is larger than 1 MB. A smaller file is needed."))


class PictureField(FileField):
    """A picture file of at most a megabyte."""

    def __init__(self, label: Any, validators: Any = (), **kwargs: Any) -> None:
        super().__init__(label, [*validators, _has_room], **kwargs)

    def read(self) -> bytes:
        """The file's bytes; empty where none was sent."""
        if not self.data:
            return b""
        with self.data.stream as stream:
            return bytes(stream.read())


class LogoForm(FlaskForm):
    picture = PictureField(_l("Picture file"), [FileRequired(_l("A picture file is needed."))])


class SecondFactorForm(FlaskForm):
    version = VersionField()
    required = RadioField(
        _l("Staff sign in with a second factor"),
        choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))],
    )

    @classmethod
    def of(cls, stored: Known) -> SecondFactorForm:
        required = "yes" if stored.second_factor_required else "no"
        return cls(formdata=None, data={"version": stored.version, "required": required})

    def is_required(self) -> bool:
        return bool(self.required.data == "yes")

    def beside(self, stored: Known) -> list[tuple[Any, Any, Any]]:
        words = {True: _("Yes"), False: _("No")}
        return [(self.required.label.text, words[stored.second_factor_required], words[self.is_required()])]


class SignatoryForm(FlaskForm):
    """Somebody who signs: every line is printed in its language."""

    version = VersionField()
    name_ar = PrintedField(_l("Name in Arabic script"), LONGEST_SIGNER, is_needed=True)
    name_fr = PrintedField(_l("Name in Latin script"), LONGEST_SIGNER, is_needed=True)
    function_ar = PrintedField(_l("Function in Arabic"), LONGEST_NAME, is_needed=True)
    function_fr = PrintedField(_l("Function in French"), LONGEST_NAME, is_needed=True)
    signature = PictureField(_l("Scanned signature"))
    drop_signature = BooleanField(_l("Remove the scanned signature"))
    stamp = PictureField(_l("Scanned stamp"))
    drop_stamp = BooleanField(_l("Remove the scanned stamp"))

    @classmethod
    def of(cls, row: Signatory) -> SignatoryForm:
        return cls(
            formdata=None,
            data={
                "version": row.version,
                "name_ar": row.name.ar,
                "name_fr": row.name.fr,
                "function_ar": row.function.ar,
                "function_fr": row.function.fr,
            },
        )

    def name(self) -> Bilingual:
        return Bilingual(self.name_ar.data or "", self.name_fr.data or "")

    def function(self) -> Bilingual:
        return Bilingual(self.function_ar.data or "", self.function_fr.data or "")

    def scans(self) -> dict[str, bytes]:
        return {"signature": self.signature.read(), "stamp": self.stamp.read()}

    def dropped(self) -> set[str]:
        return {kind for kind in ("signature", "stamp") if self[f"drop_{kind}"].data}

    def blame(self, error: ImageRefused) -> None:
        """Say of the field whose file was refused what is wrong with it."""
        self[error.field or "signature"].errors = [str(error.message)]

    def beside(self, row: Signatory) -> list[tuple[Any, Any, Any]]:
        other = SignatoryForm.of(row)
        names = ("name_ar", "name_fr", "function_ar", "function_fr")
        return [(self[name].label.text, other[name].data, self[name].data) for name in names]


def read_day(text: str | None) -> dt.date | None:
    """A day of a date field; None where it is none."""
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        return None
