"""Forms of the wording of messages and of messages to many. All of it is plain text."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField, ValidationError

from lms.administration.queries_mails import Target
from lms.core.bilingual import Bilingual
from lms.core.feature import MailKind
from lms.core.forms import VersionField
from lms.core.mail import MailTemplate, wording
from lms.core.text import clean_line, clean_text, isolate

LONGEST_SUBJECT, LONGEST_TEXT = 150, 5000
#: Anything in braces: a place, or what somebody takes for one.
BRACES = re.compile(r"\{[^{}\n]*\}")
LANGUAGE_FIELDS = ("subject_ar", "text_ar", "subject_fr", "text_fr")


class _Words:
    """What subject and text have in common: length and places."""

    longest = 0

    def pre_validate(self, form: Any) -> None:
        text = self.data or ""  # type: ignore[attr-defined]
        if not text and form.is_needed:
            raise ValidationError(_("Both languages are needed: each person gets the message in one of them."))
        if len(text) > self.longest:
            raise ValidationError(_("At most %(count)s letters have room here.", count=self.longest))
        if strange := unknown_places(text, form.places):
            raise ValidationError(
                _("This is no place of this message: %(places)s", places=" ".join(isolate(one) for one in strange))
            )


def unknown_places(text: str, known: Collection[str]) -> list[str]:
    """What stands in braces and will be filled with nothing, each once."""
    return list(dict.fromkeys(one for one in BRACES.findall(text) if one[1:-1] not in known))


class SubjectField(_Words, StringField):
    longest = LONGEST_SUBJECT

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = clean_line(str(valuelist[0])) if valuelist else ""


class MessageField(_Words, TextAreaField):
    longest = LONGEST_TEXT

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = clean_text(str(valuelist[0])) if valuelist else ""


class _TwoLanguages(FlaskForm):
    """Subject and text in both languages; ``places`` may stand in them."""

    places: Collection[str] = ()
    is_needed = False
    subject_ar = SubjectField(_l("Subject in Arabic"))
    text_ar = MessageField(_l("Text in Arabic"))
    subject_fr = SubjectField(_l("Subject in French"))
    text_fr = MessageField(_l("Text in French"))

    def subject(self) -> Bilingual:
        return Bilingual(self.subject_ar.data or "", self.subject_fr.data or "")

    def text(self) -> Bilingual:
        return Bilingual(self.text_ar.data or "", self.text_fr.data or "")


class WordingForm(_TwoLanguages):
    """The words of one kind of message; an empty field means the product's."""

    version = VersionField()

    def __init__(self, kind: MailKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.places = kind, kind.places

    @classmethod
    def of(cls, kind: MailKind, row: MailTemplate | None) -> WordingForm:
        """The words in force, the team's or the product's."""
        ar, fr = (wording(kind, lang, row) for lang in ("ar", "fr"))
        words = {"subject_ar": ar[0], "text_ar": ar[1].strip(), "subject_fr": fr[0], "text_fr": fr[1].strip()}
        return cls(kind, formdata=None, data={"version": row.version if row else 0, **words})

    def validate_text_ar(self, field: MessageField) -> None:
        self._keeps_places(field.data or "")

    def validate_text_fr(self, field: MessageField) -> None:
        self._keeps_places(field.data or "")

    def _keeps_places(self, text: str) -> None:
        needed = [f"{{{name}}}" for name in self.kind.essential if name in self.kind.places]
        lost = [place for place in needed if place not in text]
        if text and lost:
            raise ValidationError(
                _("The message is of no use without %(places)s.", places=" ".join(isolate(one) for one in lost))
            )

    def beside(self, row: MailTemplate | None) -> list[tuple[Any, Any, Any]]:
        """(label, stored now, typed) of every field."""
        other = WordingForm.of(self.kind, row)
        return [(self[name].label.text, other[name].data, self[name].data) for name in LANGUAGE_FIELDS]


class MessageForm(_TwoLanguages):
    """A message to many."""

    is_needed = True
    places = ("name",)
    target = SelectField(_l("Recipients"), validate_choice=False)

    def __init__(self, choices: dict[str, list[tuple[str, str]]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target.choices = {"": [("", _("Choose"))], **choices}

    def validate_target(self, field: SelectField) -> None:
        offered = {value for _value, choices in field.choices.items() for value, _words in choices}  # type: ignore[union-attr]
        if not field.data or field.data not in offered:
            raise ValidationError(_("The message needs recipients."))

    def chosen(self) -> Target:
        """To whom it goes; asked once the form is valid."""
        return cast(Target, Target.parse(self.target.data or ""))

    def typed(self) -> dict[str, str]:
        """Every field as the preview carries it on."""
        return {name: self[name].data or "" for name in ("target", *LANGUAGE_FIELDS)}
