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
    """Whether the key that signs can be used. Makes none: the page is only read."""
    keyring: Keyring = current_app.extensions["keyring"]
    try:
        keyring.look()
        is_well = True
    except SigningFailed:
        is_well = False
    return [
        Check(
            _("Signature of documents"),
            _("The key can be used") if is_well else _("The key cannot be used"),
            is_well,
            _("Certificates wait for it. The command “signing-key list” says what is wrong."),
        )
    ]
