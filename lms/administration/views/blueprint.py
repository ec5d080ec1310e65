"""The blueprints that the pages of this room share."""

from __future__ import annotations

from flask import Blueprint

from lms.core.i18n import localized

blueprint = localized(Blueprint("administration", __name__, template_folder="../templates", url_prefix="/admin"))
mails_blueprint = localized(Blueprint("mails", __name__, template_folder="../templates", url_prefix="/admin/mails"))
