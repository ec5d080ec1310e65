"""The blueprint that the pages of accounts share."""

from __future__ import annotations

from flask import Blueprint

from lms.core.i18n import localized

blueprint = localized(Blueprint("accounts", __name__, template_folder="../templates"))
