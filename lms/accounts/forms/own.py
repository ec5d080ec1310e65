"""Forms that people fill in for themselves: signing in, opening the account, names, appearance."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Email, InputRequired, Length

from lms.accounts import passwords
from lms.core.bilingual import Bilingual
from lms.core.text import clean_line

LANGUAGE_CHOICES = [SelectChoice("ar", "العربية"), SelectChoice("fr", "Français")]


def _stripped(value: str | None) -> str:
    return (value or "").strip()


class SignInForm(FlaskForm):
    email = StringField(
        _l("E-mail address"), [DataRequired(_l("An e-mail address or a personal code is needed.")), Length(max=254)],
        filters=[_stripped],
    )  # fmt: skip
    # Passwords are taken as typed: no filter.
    password = PasswordField(_l("Password"), [InputRequired(_l("The password is needed.")), Length(max=512)])
    stay = BooleanField(_l("Keep the account open on this device"))
    next = HiddenField()


class AddressForm(FlaskForm):
    email = StringField(
        _l("E-mail address"),
        [DataRequired(_l("An e-mail address is needed, for example nom@exemple.ma.")), Length(max=254)],
        filters=[_stripped],
    )


def _no_spaces(value: str | None) -> str:
    return "".join((value or "").split())


class CodeForm(FlaskForm):
    """A code of the authenticator app, or a recovery code where one is taken."""

    code = StringField(_l("Code"), [InputRequired(_l("The code is needed.")), Length(max=32)], filters=[_no_spaces])


class ConfirmForm(FlaskForm):
    """Proving again who one is: the password, or a code of the app."""

    password = PasswordField(_l("Password"), [InputRequired(_l("The password is needed.")), Length(max=512)])
    next = HiddenField()


class NewPasswordForm(FlaskForm):
    password = PasswordField(_l("New password"), [InputRequired(_l("The password is needed."))])

    #: The person's own data, refused inside a password. Set by the view.
    personal: tuple[str | None, ...] = ()

    def validate_password(self, field: PasswordField) -> None:
        check_password(field.data or "", self.personal)


class ChangePasswordForm(NewPasswordForm):
    """The holder's own change: the present one is asked for too."""

    present = PasswordField(_l("Present password"), [InputRequired(_l("The password is needed.")), Length(max=512)])


def check_password(password: str, personal: tuple[str | None, ...]) -> None:
    """Raise ValidationError with what to do for a password that is too short, too long or guessed early."""
    if len(password) < passwords.SHORTEST:
        raise ValidationError(
            _("At least %(num)s characters are needed; a short sentence works well.", num=passwords.SHORTEST)
        )
    if len(password) > passwords.LONGEST:
        raise ValidationError(_("At most %(num)s characters can be used.", num=passwords.LONGEST))
    if passwords.is_too_easy(password, *personal):
        raise ValidationError(_("This password is too easy to guess. A short sentence of several words works well."))


class NamesMixin:
    """Both spellings of a name; one of them is enough."""

    name_ar: StringField
    name_fr: StringField

    def name(self) -> Bilingual:
        return Bilingual(clean_line(self.name_ar.data), clean_line(self.name_fr.data))

    def validate_name_ar(self, field: StringField) -> None:
        if not self.name():
            raise ValidationError(_("The name is needed in at least one script."))


def _name_field(label: Any) -> StringField:
    return StringField(label, [Length(max=120)])


class InvitationForm(NamesMixin, FlaskForm):
    name_ar = _name_field(_l("Name in Arabic script"))
    name_fr = _name_field(_l("Name in Latin script"))
    email = StringField(_l("E-mail address"), [Length(max=254)], filters=[_stripped])
    lang = RadioField(_l("Language of messages"), choices=LANGUAGE_CHOICES)
    sex = RadioField(
        _l("Sex"),
        choices=[
            SelectChoice("f", _l("Woman")),
            SelectChoice("m", _l("Man")),
            SelectChoice("", _l("I prefer not to answer")),
        ],
        default="",
    )
    password = PasswordField(_l("Password"), [InputRequired(_l("The password is needed."))])
    notice = BooleanField(
        _l("I have read the notice on personal data"), [DataRequired(_l("The notice has to be read first."))]
    )

    personal: tuple[str | None, ...] = ()
    needs_email = False

    def validate_email(self, field: StringField) -> None:
        if not self.needs_email:
            return
        try:
            Email(message="")(self, field)
        except ValidationError as error:
            raise ValidationError(_("A complete e-mail address is needed, for example nom@exemple.ma.")) from error

    def validate_password(self, field: PasswordField) -> None:
        check_password(field.data or "", (*self.personal, self.name_fr.data, self.name_ar.data, self.email.data))


class NamesForm(NamesMixin, FlaskForm):
    name_ar = _name_field(_l("Name in Arabic script"))
    name_fr = _name_field(_l("Name in Latin script"))


class PreferencesForm(FlaskForm):
    lang = RadioField(_l("Language of messages"), choices=LANGUAGE_CHOICES)
    theme = RadioField(
        _l("Appearance"),
        choices=[
            SelectChoice("system", _l("As on the device")),
            SelectChoice("light", _l("Light")),
            SelectChoice("dark", _l("Dark")),
        ],
    )
    text_size = RadioField(
        _l("Text size"),
        choices=[
            SelectChoice("0", _l("Normal")),
            SelectChoice("1", _l("Large")),
            SelectChoice("2", _l("Very large")),
        ],
    )


class NoticeForm(FlaskForm):
    notice = BooleanField(
        _l("I have read the notice on personal data"), [DataRequired(_l("The notice has to be read first."))]
    )
