"""Forms of requests about one's own data, their answers, versions of the notice and times of retention."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import TextInput

from lms.accounts.models import RequestKind
from lms.core.bilingual import Bilingual
from lms.core.forms import VersionField
from lms.core.retention import LONGEST, SHORTEST, Rule
from lms.core.text import clean_line, fold

LONGEST_TEXT = 2000


def _stripped(value: str | None) -> str:
    return (value or "").strip()


def _text(label: Any, *more: Any) -> TextAreaField:
    too_long = _l("At most %(num)s characters can be used.", num=LONGEST_TEXT)
    return TextAreaField(label, [*more, Length(max=LONGEST_TEXT, message=too_long)], filters=[_stripped])


class RequestForm(FlaskForm):
    """A right that somebody uses. What to correct, or why to object, has to be said."""

    kind = RadioField(
        _l("Request"),
        [InputRequired(_l("One of the requests has to be chosen."))],
        choices=[
            SelectChoice(RequestKind.CORRECTION, _l("Correction of something wrong or missing")),
            SelectChoice(RequestKind.OBJECTION, _l("Objection to a use of my data")),
            SelectChoice(RequestKind.DELETION, _l("Deletion of my data")),
            SelectChoice(RequestKind.ACCESS, _l("Access to something that this page does not show")),
        ],
    )
    text = _text(_l("What is it about?"))

    def validate_text(self, field: TextAreaField) -> None:
        if self.kind.data in (RequestKind.CORRECTION, RequestKind.OBJECTION) and not field.data:
            raise ValidationError(_("A sentence is needed: what is wrong or missing, or which use is meant."))


class AnswerForm(FlaskForm):
    outcome = RadioField(
        _l("Outcome"),
        [InputRequired(_l("One of the two has to be chosen."))],
        choices=[SelectChoice("done", _l("Done")), SelectChoice("refused", _l("Refused"))],
    )
    answer = _text(_l("Answer"), DataRequired(_l("An answer in words is needed: the person reads it.")))


class WipeForm(FlaskForm):
    """Typed confirmation: the person's name, in one script or the other."""

    typed = StringField(_l("Name of the person, typed"), [Length(max=250)])
    #: Set by the view.
    name = Bilingual("", "")

    def validate_typed(self, field: StringField) -> None:
        typed = fold(field.data or "")
        if not typed or typed not in {fold(self.name.ar), fold(self.name.fr)}:
            raise ValidationError(_("The name typed is not that of the person."))


def _line(label: Any, longest: int, *more: Any) -> StringField:
    return StringField(label, [*more, Length(max=longest)], filters=[clean_line])


def _pair(ar: StringField, fr: StringField) -> Bilingual:
    return Bilingual(ar.data or "", fr.data or "")


class NewNoticeForm(FlaskForm):
    """What the controller states. Both languages are needed: each reader gets their own."""

    _needed = DataRequired(_l("This is needed in both languages."))
    controller_ar = _line(_l("Controller, in Arabic"), 200, _needed)
    controller_fr = _line(_l("Controller, in French"), 200, _needed)
    recipients_ar = _line(_l("Recipients, in Arabic"), 500, _needed)
    recipients_fr = _line(_l("Recipients, in French"), 500, _needed)
    contact = _line(
        _l("Where rights are used: e-mail address, telephone or postal address"), 200,
        DataRequired(_l("People have to know whom to ask.")),
    )  # fmt: skip
    cndp_number = _line(_l("Number of the CNDP receipt"), 60)
    changes_ar = _line(_l("What changed, in Arabic"), 300, _needed)
    changes_fr = _line(_l("What changed, in French"), 300, _needed)

    def values(self) -> dict[str, Any]:
        return {
            "controller": _pair(self.controller_ar, self.controller_fr),
            "recipients": _pair(self.recipients_ar, self.recipients_fr),
            "contact": self.contact.data,
            "cndp_number": self.cndp_number.data,
            "changes": _pair(self.changes_ar, self.changes_fr),
        }


class DaysField(Field):
    """A number of days between the bounds, typed in any digits."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])[:20]
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        plain = str(valuelist[0])[:20].strip() if valuelist else ""
        self.data = int(plain) if plain.isdecimal() else None

    def pre_validate(self, form: Any) -> None:
        if self.data is None or not SHORTEST <= self.data <= LONGEST:
            raise ValidationError(_("A whole number from %(low)s to %(high)s is needed.", low=SHORTEST, high=LONGEST))


def days_form(rules: list[Rule], **options: Any) -> Any:
    """A form with one number of days for each rule, under the rule's key."""
    fields: dict[str, Any] = {rule.key: DaysField(rule.label) for rule in rules}
    return type("DaysForm", (FlaskForm,), {**fields, "version": VersionField()})(**options)
