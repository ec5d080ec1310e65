"""The administration's home page."""

from __future__ import annotations

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.administration import queries
from lms.administration.permissions import AdministrationPermission
from lms.administration.views.blueprint import blueprint
from lms.core import clock
from lms.core.access import can, requires
from lms.core.clock import local_date
from lms.core.db import session
from lms.core.feature import waiting_tasks

GROUPS = {
    "people": _l("People and organisations"),
    "training": _l("Training"),
    "programme": _l("Programme"),
    "system": _l("Operation"),
}


@blueprint.get("/")
@requires(AdministrationPermission.HOME)
def show_home() -> ResponseReturnValue:
    """How far the programme is, what waits, then every page of the administration."""
    features, now = current_app.extensions["features"], clock.now()
    tiles = sorted(
        (tile for feature in features for tile in feature.tiles if can(tile.needs)), key=lambda tile: tile.position
    )
    return render_template(
        "administration/show_home.html",
        figures=queries.figures(session(), today=local_date(now)),
        tasks=waiting_tasks(session(), current_user, now=now),
        groups=[(title, [tile for tile in tiles if tile.group == key]) for key, title in GROUPS.items()],
        today=now,
    )
