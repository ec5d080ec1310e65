"""The trainers' home and their own cohorts, to read. Others' cohorts are not there."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts import services as accounts_services
from lms.core import clock, profile
from lms.core.access import requires
from lms.core.clock import local_date
from lms.core.db import session
from lms.core.feature import cohort_links, waiting_tasks
from lms.core.i18n import localized
from lms.curriculum import queries as curriculum
from lms.programme import queries
from lms.programme.forms import LANGUAGES
from lms.programme.hooks import idle_since
from lms.programme.permissions import ProgrammePermission
from lms.programme.queries.cohorts import CohortState
from lms.programme.views.common import members
from lms.programme.work import CohortWork, work

blueprint = localized(Blueprint("taught", __name__, template_folder="../templates", url_prefix="/cohorts"))

SHOWN = (CohortState.RUNNING, CohortState.COMING, CohortState.OVER)


@blueprint.get("/")
@requires(ProgrammePermission.OWN_COHORTS)
def list_cohorts() -> ResponseReturnValue:
    """What waits, then the running cohorts; those to come and those over are one tab away."""
    now = clock.now()
    asked = request.args.get("state", "")
    state = CohortState(asked) if asked in SHOWN else CohortState.RUNNING
    rows = queries.taught_cohorts(session(), current_user, state, today=local_date(now))
    figures = work().of_cohorts(
        session(), [row.cohort.id for row in rows], idle_since=idle_since(session(), now)
    )  # fmt: skip
    return render_template(
        "programme/list_taught.html",
        today=now,
        state=state,
        states=SHOWN,
        rows=[(row.cohort, figures.get(row.cohort.id, CohortWork())) for row in rows],
        # Rooms without an entry in the menu are one click away all the same.
        links=cohort_links(),
        tasks=waiting_tasks(session(), current_user, now=now),
        days=profile.known(session()).behind_after_days,
    )


@blueprint.get("/<int:cohort_id>/")
@requires(ProgrammePermission.OWN_COHORTS)
def show_cohort(cohort_id: int) -> ResponseReturnValue:
    """One of the trainer's cohorts; the list of names is written into the access log."""
    cohort = queries.get_cohort_or_none(session(), cohort_id, actor=current_user) or abort(404)
    now = clock.now()
    listed = members(cohort, ".show_cohort")
    if listed["rows"]:
        accounts_services.log_access(
            current_user, page="taught.show_cohort", people=len(listed["rows"]), now=now
        )  # fmt: skip
    since = idle_since(session(), now)
    return render_template(
        "programme/show_cohort.html",
        cohort=cohort,
        trainers=queries.trainers_of(session(), cohort.id),
        curriculum=curriculum.current(session()),
        figures=work().of_cohorts(session(), [cohort.id], idle_since=since).get(cohort.id, CohortWork()),
        languages=LANGUAGES,
        form=None,
        may_manage=False,
        endpoint="taught.show_cohort",
        **listed,
    )
