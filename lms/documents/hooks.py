"""What this room adds to the app and to the health page: the keys that sign."""

from __future__ import annotations

import datetime as dt

from flask import Flask, current_app
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.core.feature import Check
from lms.documents.keyring import Keyring, SigningFailed


def keep_keyring(app: Flask) -> None:
    """One keyring an app, so that its keys stay loaded. Reads nothing yet."""
    settings = app.extensions["settings"]
    app.extensions["keyring"] = Keyring(settings.data_dir / "signing", settings.signing_key, settings.signing_password)


def health(db: Session, *, now: dt.datetime) -> list[Check]:
    """Whether documents can be signed, and signatures checked. Makes no key: the page is only read."""
    keyring: Keyring = current_app.extensions["keyring"]
    return [_signature(keyring)]


def _signature(keyring: Keyring) -> Check:
    title = _("Signature of documents")
    waiting = _("Certificates wait for it. The command “signing-key list” says what is wrong.")
    try:
        keyring.check_ready()
    except SigningFailed:
        return Check(title, _("The key cannot be used"), False, waiting)
    try:
        keyring.known()
    except SigningFailed:
        # A damaged older key of our own holds up no new signature.
        return Check(
            title,
            _("The key can be used, an older one cannot be read"),
            False,
            _("Signatures cannot be checked. The command “signing-key list” says what is wrong."),
        )
    return Check(title, _("The key can be used"), True, waiting)
