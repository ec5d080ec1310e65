"""Forms of this room, by topic. Only the fields named there are read from a request."""

from __future__ import annotations

from lms.accounts.forms.own import (
    LANGUAGE_CHOICES,
    AddressForm,
    ChangePasswordForm,
    CodeForm,
    ConfirmForm,
    InvitationForm,
    NamesForm,
    NamesMixin,
    NewPasswordForm,
    NoticeForm,
    PreferencesForm,
    SignInForm,
    check_password,
)
from lms.accounts.forms.privacy import AnswerForm, NewNoticeForm, RequestForm, WipeForm
from lms.accounts.forms.profile import ProfileForm

__all__ = [
    "LANGUAGE_CHOICES",
    "AddressForm",
    "AnswerForm",
    "ChangePasswordForm",
    "CodeForm",
    "ConfirmForm",
    "InvitationForm",
    "NamesForm",
    "NamesMixin",
    "NewNoticeForm",
    "NewPasswordForm",
    "NoticeForm",
    "PreferencesForm",
    "ProfileForm",
    "RequestForm",
    "SignInForm",
    "WipeForm",
    "check_password",
]
