"""Pictures: signatures and stamps for the administration, the logo for everybody."""

from __future__ import annotations

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from lms.administration import queries
from lms.administration.permissions import AdministrationPermission
from lms.administration.views.blueprint import blueprint
from lms.core import db as database
from lms.core import images
from lms.core.access import public, requires, without_database
from lms.core.db import session

logo = Blueprint("logo", __name__)
#: A new logo has a new address; a day is long enough to be worth keeping.
A_DAY = "public, max-age=86400"


@blueprint.get("/images/<int:image_id>")
@requires(AdministrationPermission.SETTINGS)
def send_image(image_id: int) -> ResponseReturnValue:
    """A stored picture, never kept by a cache: a scanned signature is nobody else's."""
    return images.answer(queries.image_or_none(session(), image_id) or abort(404))


@logo.get("/logo/<int:image_id>")
@public
@without_database
def send_logo(image_id: int) -> ResponseReturnValue:
    """The programme's logo, and no other picture."""
    database.use_mode(database.READ)
    response = images.answer(queries.logo_or_none(session(), image_id) or abort(404))
    response.headers["Cache-Control"] = A_DAY
    return response
