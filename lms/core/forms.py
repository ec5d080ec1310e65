"""Parts that forms of every room have."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, StringField, ValidationError
from wtforms.validators import DataRequired, Length
from wtforms.widgets import HiddenInput

from lms.core.text import clean_line


def line(label: Any, longest: int, needed: Any = None) -> StringField:
    """One line of text, cleaned as it is taken; ``needed``: what is said when nothing is left of it."""
    validators: list[Any] = [Length(max=longest, message=_l("At most %(num)s letters can be used.", num=longest))]
    if needed is not None:
        validators.insert(0, DataRequired(needed))
    return StringField(label, validators, filters=[clean_line])


def not_in_list(field: Any, known: Collection[str]) -> None:
    """Raise ValidationError when something else was sent than the page offers."""
    if (field.data or "") not in known:
        raise ValidationError(_("Something was chosen that is not in this list."))


class EmptyForm(FlaskForm):
    """Only the token: for buttons."""


class VersionField(Field):
    """The version that the form was opened with; None where it is nonsense."""

    widget = HiddenInput()

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0])[:9] if valuelist else ""
        self.data = int(text) if text.isascii() and text.isdecimal() else None


class ReasonForm(FlaskForm):
    """Why something ends: an account, an enrolment, an organisation."""

    reason = line(_l("Reason"), 300, _l("A few words on the reason are needed."))
