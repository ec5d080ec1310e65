"""Whether the installation is well, line by line, with what to do where it is not."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from lms.administration import checks
from lms.administration.permissions import AdministrationPermission
from lms.administration.views.blueprint import blueprint
from lms.core import clock
from lms.core.access import requires
from lms.core.db import session


@blueprint.get("/health/")
@requires(AdministrationPermission.HEALTH)
def show_health() -> ResponseReturnValue:
    now = clock.now()
    found = checks.all_of(session(), now=now)
    return render_template(
        "administration/show_health.html",
        checks=found,
        unwell=sum(not one.is_well for one in found),
        now=now,
    )
