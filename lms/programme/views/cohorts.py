"""Cohorts as the administration keeps them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError

from lms.accounts import services as accounts_services
from lms.core import clock
from lms.core import db as database
from lms.core.access import requires
from lms.core.clock import local_date
from lms.core.db import session
from lms.core.edits import EditedMeanwhile, differences
from lms.core.forms import EmptyForm
from lms.core.i18n import current_language, localized, long_date
from lms.core.paging import page_number, pages
from lms.curriculum import queries as curriculum
from lms.programme import queries, services
from lms.programme.errors import ModuleInUse
from lms.programme.forms import LANGUAGES, CohortForm
from lms.programme.hooks import idle_since
from lms.programme.models import Cohort
from lms.programme.permissions import ProgrammePermission
from lms.programme.queries.cohorts import CohortState
from lms.programme.services import CohortPlan
from lms.programme.views.common import members
from lms.programme.work import CohortWork, work

blueprint = localized(Blueprint("cohorts", __name__, template_folder="../templates", url_prefix="/admin/cohorts"))


@blueprint.get("/")
@requires(ProgrammePermission.COHORTS)
def list_cohorts() -> ResponseReturnValue:
    today, page = local_date(clock.now()), page_number()
    counts = queries.cohort_counts(session(), today=today)
    state = _state(counts)
    rows = queries.cohort_page(session(), state, today=today, page=page)
    return render_template(
        "programme/list_cohorts.html",
        rows=rows,
        counts=counts,
        state=state,
        pages=pages(".list_cohorts", page, len(rows), counts[state], state=state),
    )


def _state(counts: dict[CohortState, int]) -> CohortState:
    """The tab asked for; else the first that holds anything."""
    asked = request.args.get("state", "")
    if asked in list(CohortState):
        return CohortState(asked)
    return next((state for state in CohortState if counts[state]), CohortState.RUNNING)


def cohort_or_404(cohort_id: int) -> Cohort:
    return queries.get_cohort_or_none(session(), cohort_id, actor=current_user) or abort(404)


@blueprint.get("/<int:cohort_id>/")
@requires(ProgrammePermission.COHORTS)
def show_cohort(cohort_id: int) -> ResponseReturnValue:
    """A cohort and its people; the list of names is written into the access log."""
    cohort, now = cohort_or_404(cohort_id), clock.now()
    listed = members(cohort, ".show_cohort")
    if listed["rows"]:
        accounts_services.log_access(
            current_user, page="cohorts.show_cohort", people=len(listed["rows"]), now=now
        )  # fmt: skip
    since = idle_since(session(), now)
    return render_template(
        "programme/show_cohort.html",
        cohort=cohort,
        trainers=queries.trainers_of(session(), cohort.id),
        curriculum=curriculum.current(session()),
        figures=work().of_cohorts(session(), [cohort.id], idle_since=since).get(cohort.id, CohortWork()),
        languages=LANGUAGES,
        form=EmptyForm(),
        may_manage=True,
        endpoint="cohorts.show_cohort",
        **listed,
    )


@blueprint.get("/new")
@requires(ProgrammePermission.COHORTS)
def new_cohort() -> ResponseReturnValue:
    return render_template("programme/edit_cohort.html", form=_form(), cohort=None)


@blueprint.post("/new")
@requires(ProgrammePermission.COHORTS)
def create_cohort() -> ResponseReturnValue:
    form = _form()
    if not form.validate_on_submit():
        return render_template("programme/edit_cohort.html", form=form, cohort=None), 422
    plan = form.plan()
    cohort = services.create_cohort(
        session(), modules=plan.modules, trainer_ids=plan.trainer_ids, **plan.columns(),
        now=clock.now(), actor_id=current_user.person_id,
    )  # fmt: skip
    flash(_("The training session is created. Its people can be enrolled now."), "ok")
    return redirect(url_for(".show_cohort", cohort_id=cohort.id))


def _form() -> CohortForm:
    form, lang = CohortForm(), current_language()
    form.offer(curriculum.current(session()), queries.possible_trainers(session(), lang), lang)
    return form


@blueprint.get("/<int:cohort_id>/edit")
@requires(ProgrammePermission.COHORTS)
def edit_cohort(cohort_id: int) -> ResponseReturnValue:
    cohort, form = cohort_or_404(cohort_id), _form()
    form.show(cohort, services.plan_of(session(), cohort))
    return render_template("programme/edit_cohort.html", form=form, cohort=cohort)


@blueprint.post("/<int:cohort_id>/edit")
@requires(ProgrammePermission.COHORTS)
def save_cohort(cohort_id: int) -> ResponseReturnValue:
    cohort, form = cohort_or_404(cohort_id), _form()
    if not form.validate_on_submit():
        return render_template("programme/edit_cohort.html", form=form, cohort=cohort), 422
    version = form.version.data
    try:
        services.edit_cohort(
            session(), cohort, form.plan(), version=version, now=clock.now(), actor_id=current_user.person_id
        )
    except (EditedMeanwhile, StaleDataError):
        return _show_both(cohort, form)
    except ModuleInUse as error:
        return _refuse_modules(cohort, form, error)
    flash(_("The training session is saved."), "ok")
    return redirect(url_for(".show_cohort", cohort_id=cohort.id))


def _show_both(cohort: Cohort, form: CohortForm) -> ResponseReturnValue:
    """Somebody stored another version: both are shown, the form keeps what was typed and carries the new version."""
    database.rollback()
    cohort = cohort_or_404(cohort.id)
    stored, typed = _in_words(services.plan_of(session(), cohort)), _in_words(form.plan())
    rows = differences([(label, stored[label], typed[label]) for label in stored])
    form.version.data = cohort.version
    return render_template("programme/edit_cohort.html", form=form, cohort=cohort, conflict=rows), 409


def _refuse_modules(cohort: Cohort, form: CohortForm, error: ModuleInUse) -> ResponseReturnValue:
    content, lang = curriculum.current(session()), current_language()
    titles = [module.short[lang] for module in content.modules if module.slug in error.modules]
    form.modules.errors = [
        *form.modules.errors,
        f"{error.message} ({'، '.join(titles) if lang == 'ar' else ', '.join(titles)})",
    ]
    return render_template("programme/edit_cohort.html", form=form, cohort=cohort), 409


def _in_words(plan: CohortPlan) -> dict[Any, str]:
    """A plan as the page of a conflict says it: label -> words."""
    form, lang = CohortForm(), current_language()
    content = curriculum.current(session())
    people = {one.id: one.name[lang] for one in queries.possible_trainers(session(), lang)}
    return {
        form.name_ar.label.text: plan.name.ar,
        form.name_fr.label.text: plan.name.fr,
        form.starts_on.label.text: long_date(plan.starts_on),
        form.ends_on.label.text: long_date(plan.ends_on),
        form.modules.label.text: " · ".join(one.short[lang] for one in content.modules if one.slug in plan.modules),
        form.modules_in_order.label.text: _chosen(form.modules_in_order, "yes" if plan.modules_in_order else "no"),
        form.languages.label.text: str(LANGUAGES[plan.languages]),
        form.has_sessions.label.text: _chosen(form.has_sessions, "yes" if plan.has_sessions else "no"),
        form.pass_percent.label.text: f"{plan.pass_percent}\u202f%",
        form.attendance_percent.label.text: f"{plan.attendance_percent}\u202f%",
        form.trainers.label.text: " · ".join(people[one] for one in sorted(plan.trainer_ids) if one in people),
    }


def _chosen(field: Any, value: str) -> str:
    return next(str(label) for key, label, *_rest in field.iter_choices() if key == value)


@blueprint.post("/<int:cohort_id>/archive")
@requires(ProgrammePermission.COHORTS)
def archive_cohort(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    services.archive_cohort(session(), cohort, actor_id=current_user.person_id, now=clock.now())
    flash(_("The training session is archived. It can be restored for 30 days."), "ok")
    return redirect(url_for(".list_cohorts", state=CohortState.ARCHIVED))


@blueprint.post("/<int:cohort_id>/restore")
@requires(ProgrammePermission.COHORTS)
def restore_cohort(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    services.restore_cohort(session(), cohort, actor_id=current_user.person_id, now=clock.now())
    flash(_("The training session is restored."), "ok")
    return redirect(url_for(".show_cohort", cohort_id=cohort.id))
